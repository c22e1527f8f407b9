// Adds up what the test runs counted: what failed, by name and first words, and one closing line for all of them.
// Ends with 1 where anything failed.
// usage: summary.mjs <folder of the steps> <result.json...>
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

/** Lines of a failure's message that are told again at the end: enough to know it by. */
const TOLD_LINES = 12
/** Last lines of a failed step that are told again: what ends a run without failing a test is said last. */
const TOLD_OF_STEP = 40

const [steps, ...files] = process.argv.slice(2)
const totals = { passed: 0, failed: 0, skipped: 0 }
for (const file of files.filter(existsSync)) addUp(JSON.parse(readFileSync(file, 'utf8')))
// A step can fail with all its tests passed: by an error outside of them, or before there were any. So there are no fewer
// failures than failed steps.
const failedSteps = readdirSync(steps).filter((name) => name.endsWith('.failed'))
for (const name of failedSteps.map((file) => file.replace(/\.failed$/, ''))) {
  const said = stripVTControlCharacters(readFileSync(join(steps, `${name}.log`), 'utf8')).trimEnd()
  console.log(`FAILED step ${name}, which ended with:\n${said.split('\n').slice(-TOLD_OF_STEP).join('\n')}\n`)
}
totals.failed = Math.max(totals.failed, failedSteps.length)
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`)
process.exitCode = totals.failed > 0 ? 1 : 0

function addUp({ numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites, testResults }) {
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  totals.passed += numPassedTests
  totals.failed += numFailedTests + (numFailedTestSuites > 0 ? brokenFiles.length : 0)
  totals.skipped += numPendingTests
  for (const { name, message } of brokenFiles) tell(name, message)
  for (const { name, assertionResults } of testResults)
    for (const { status, fullName, failureMessages } of assertionResults)
      if (status === 'failed') tell(`${name ?? ''} ${fullName}`, failureMessages?.join('\n'))
}

function tell(name, message = '') {
  console.log(`FAILED ${name}\n${message.split('\n').slice(0, TOLD_LINES).join('\n')}\n`)
}
