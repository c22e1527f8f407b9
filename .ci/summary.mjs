// Adds up what the test runs counted: what failed, by name and first words, and one closing line for all of them.
import { readFileSync } from 'node:fs'

/** Lines of a failure's message that are told again at the end: enough to know it by. */
const TOLD_LINES = 12

const runs = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8')))
const totals = { passed: 0, failed: 0, skipped: 0 }
for (const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites, testResults } of runs) {
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
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`)

function tell(name, message = '') {
  console.log(`FAILED ${name}\n${message.split('\n').slice(0, TOLD_LINES).join('\n')}\n`)
}
