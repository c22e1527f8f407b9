// Has Schemathesis send the service what its documents allow, and what they do not, and look at the answers.
// usage: conformance.mjs <folder for the venv and the results>
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { adaptDocument } from './adapt-document.mjs'
import { hasOfficialDocument, officialDocument } from './official-document.mjs'
import { seed, startService } from './running-service.mjs'

const SCHEMATHESIS = 'schemathesis==4.32.5'
const SEED = 20_200
/** A run that takes longer is ended: so much slower is a failure too. */
const TIMEOUT_MS = 300_000

const folder = process.argv[2]
if (!folder) throw new Error('usage: conformance.mjs <folder>')
const names = hasOfficialDocument ? ['framelog', 'tams'] : ['framelog']
// Until a run says otherwise: what is cut short has failed.
const BROKEN = { tested: 1, failed: 1 }
for (const name of names) leaveResult(name, BROKEN)

const venv = join(folder, 'venv')
run('python3', ['-m', 'venv', venv])
run(join(venv, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', SCHEMATHESIS])

const ours = await withService(async (url) => (await fetch(`${url}/openapi.json`)).json())
const documents = { framelog: ours }
if (hasOfficialDocument) {
  const { document, absent } = officialDocument(ours)
  if (absent.length > 0) console.log(`not served yet, so not tested: ${absent.join(', ')}`)
  documents.tams = document
} else {
  console.log('SKIPPED: conformance to the official TAMS document, which is not here')
}
const runs = Object.entries(documents).map(([name, document]) => conformance(name, document))
const failures = await Promise.all(runs)
process.exitCode = failures.some((failed) => failed) ? 1 : 0

/** @returns whether any operation failed */
async function conformance(name, document) {
  const path = join(folder, `${name}.openapi.json`)
  const report = join(folder, `${name}.report.json`)
  adaptDocument(document)
  writeFileSync(path, JSON.stringify(document))
  await withService(async (url) => {
    await seed(url)
    const options = {
      '--url': url,
      '--seed': SEED,
      '--workers': 1,
      '--generation-database': 'none',
      '--report': 'json',
      '--report-json-path': report,
    }
    const config = join(import.meta.dirname, 'schemathesis.toml')
    const args = ['--config-file', config, '--no-color', 'run', path, ...Object.entries(options).flat()]
    console.log(
      `\nconformance to the document of ${name}\n${await outputOf(join(venv, 'bin/schemathesis'), args)}`,
    )
  })
  const result = resultOf(report)
  leaveResult(name, result)
  return result.failed > 0
}

/** Leaves the result as the test runs leave theirs: an operation is a test. */
function leaveResult(name, { tested, failed }) {
  const results = join(folder, 'results')
  mkdirSync(results, { recursive: true })
  const summary = {
    numPassedTests: tested - failed,
    numFailedTests: failed,
    numPendingTests: 0,
    numFailedTestSuites: 0,
    testResults: [],
  }
  writeFileSync(join(results, `${name}.json`), JSON.stringify(summary))
}

function resultOf(report) {
  if (!existsSync(report)) return BROKEN
  const { complete, operations, failures, errors } = JSON.parse(readFileSync(report, 'utf8'))
  if (!complete || operations.tested === 0) return BROKEN
  const failed = new Set([...failures, ...errors].flatMap((fault) => fault.operations ?? [fault.operation]))
  return { tested: operations.tested, failed: failed.size }
}

async function withService(use) {
  const service = await startService()
  try {
    return await use(service.url)
  } finally {
    await service.stop()
  }
}

/** All it wrote: several run at once. */
async function outputOf(command, args) {
  const child = spawn(command, args.map(String), { cwd: folder, timeout: TIMEOUT_MS })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
    })
  }
  await new Promise((ended, failed) => child.once('close', ended).once('error', failed))
  return output
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`, { cause: error })
}
