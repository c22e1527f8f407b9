// Has Schemathesis send the service what its documents allow, and what they do not, and look at the answers.
// usage: conformance.mjs <folder for the venv and the results>
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { adaptDocument, METHODS } from './adapt-document.mjs'
import { hasOfficialDocument, officialDocument } from './official-document.mjs'
import { neverReached, successes } from './reached.mjs'
import { startService, startVastDb } from './running-service.mjs'
import { seed } from './seed.mjs'

const SCHEMATHESIS = 'schemathesis==4.32.5'
const SEED = 20_200
/** A run that takes longer is ended: so much slower is a failure too. */
const TIMEOUT_MS = 300_000

/**
 * Of our own document nothing is left out beside what schemathesis.toml says. TAMS does not know the methods
 * that are extensions: what is no method of a path is asked of our document, which has every path of TAMS.
 */
const EXCEPTIONS = { tams: { '--exclude-checks': 'unsupported_method,allow_header_conformance' } }

const vast = await startVastDb()
/** What is deleted can be had back in one of the runs, and is gone in the other. */
const SETTINGS = { framelog: { MEDIA_DELETE_GRACE: '3600', ...vast.settings }, tams: {} }

const folder = process.argv[2]
if (!folder) throw new Error('usage: conformance.mjs <folder>')
const names = hasOfficialDocument ? ['framelog', 'tams'] : ['framelog']
// Until a run says otherwise: what is cut short has failed.
const BROKEN = { tested: 1, failed: 1 }
for (const name of names) leaveResult(name, BROKEN)

const venv = join(folder, 'venv')
run('python3', ['-m', 'venv', venv])
run(join(venv, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', SCHEMATHESIS])

const ours = await withService({}, async (url) => (await fetch(`${url}/openapi.json`)).json())
// An answer that never ends is none that a generated request waits for: it has tests of its own.
delete ours.paths['/events'].get
const documents = { framelog: ours }
if (hasOfficialDocument) {
  documents.tams = officialDocument()
  const absent = operationsOf(documents.tams).filter((operation) => !operationsOf(ours).includes(operation))
  if (absent.length > 0) throw new Error(`not served: ${absent.join(', ')}`)
} else {
  console.log('SKIPPED: conformance to the official TAMS document, which is not here')
}
const runs = Object.entries(documents).map(([name, document]) => conformance(name, document))
const failures = await Promise.all(runs)
vast.stop()
process.exitCode = failures.some((failed) => failed) ? 1 : 0

/** @returns whether any operation failed */
async function conformance(name, document) {
  const path = join(folder, `${name}.openapi.json`)
  const report = join(folder, `${name}.report.json`)
  const unreached = await withService(SETTINGS[name], async (url) => {
    adaptDocument(document, await seed(url))
    writeFileSync(path, JSON.stringify(document))
    const successesBefore = await successes(url)
    const options = {
      '--url': url,
      '--seed': SEED,
      '--workers': 1,
      '--generation-database': 'none',
      '--report': 'json',
      '--report-json-path': report,
      ...EXCEPTIONS[name],
    }
    const config = join(import.meta.dirname, 'schemathesis.toml')
    const args = ['--config-file', config, '--no-color', 'run', path, ...Object.entries(options).flat()]
    console.log(
      `\nconformance to the document of ${name}\n${await outputOf(join(venv, 'bin/schemathesis'), args)}`,
    )
    return neverReached(operationsOf(document), successesBefore, await successes(url))
  })
  if (unreached.length > 0) console.log(`${name}: nothing that was sent succeeded at ${unreached.join(', ')}`)
  const result = resultOf(report, unreached)
  leaveResult(name, result)
  return result.failed > 0
}

/** As reports name them: `METHOD /path`. */
function operationsOf({ paths }) {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((method) => METHODS.includes(method))
      .map((method) => `${method.toUpperCase()} ${path}`),
  )
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

function resultOf(report, unreached) {
  if (!existsSync(report)) return BROKEN
  const { complete, operations, failures, errors } = JSON.parse(readFileSync(report, 'utf8'))
  if (!complete || operations.tested === 0) return BROKEN
  const faulty = [...failures, ...errors].flatMap((fault) => fault.operations ?? [fault.operation])
  const failed = new Set([...faulty, ...unreached])
  return { tested: operations.tested, failed: failed.size }
}

async function withService(settings, use) {
  const service = await startService(settings)
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
