import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Bench } from './bench.ts'
import { parseOptions } from './options.ts'
import { environmentOf } from './report/environment.ts'
import { terminalProgress } from './report/progress.ts'
import { missed, reportOf, writeReport } from './report/report.ts'
import type { Row } from './report/row.ts'
import { tableOf } from './report/table.ts'
import { scaleOf } from './scale.ts'
import { measureAnalytics } from './scenarios/measure-analytics.ts'
import { measureConsumers } from './scenarios/measure-consumers.ts'
import { measureDeletions } from './scenarios/measure-deletions.ts'
import { measureEventStore } from './scenarios/measure-eventstore.ts'
import { measureLists } from './scenarios/measure-lists.ts'
import { measurePresignedPages } from './scenarios/measure-presigned-pages.ts'
import { measurePresigning } from './scenarios/measure-presigning.ts'
import { measureProjector } from './scenarios/measure-projector.ts'
import { measureRelay } from './scenarios/measure-relay.ts'
import { measureFirstStarts } from './scenarios/measure-starts.ts'
import { measureWebhooks } from './scenarios/measure-webhooks.ts'
import { measureReadsOfLargeFlows } from './scenarios/read-scenarios.ts'
import { measureWrites } from './scenarios/write-scenarios.ts'

const options = parseOptions(process.argv, new Date())
mkdirSync(options.data, { recursive: true })
const directory = mkdtempSync(join(resolve(options.data), 'data-'))
const rows: Row[] = []
const bench: Bench = {
  scale: scaleOf(options),
  directory,
  profileDirectory: options.profile,
  progress: terminalProgress(process.stderr),
  wants: (...scenarios) => scenarios.some((scenario) => options.only.includes(scenario)),
  add: (row) => rows.push(row),
}

// Whatever ends a run, the service goes with it, and gigabytes of its data do.
process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

const environment = await environmentOf(directory)
if (bench.wants('startup')) await measureFirstStarts(bench)
await measureWrites(bench)
await measureReadsOfLargeFlows(bench)
if (bench.wants('presign')) await measurePresigning(bench)
if (bench.wants('presigned-pages')) await measurePresignedPages(bench)
if (bench.wants('lists')) await measureLists(bench)
if (bench.wants('deletion')) await measureDeletions(bench)
if (bench.wants('webhooks')) await measureWebhooks(bench)
if (bench.wants('consumers')) await measureConsumers(bench)
if (bench.wants('analytics')) await measureAnalytics(bench)
if (bench.wants('relay')) await measureRelay(bench)
if (bench.wants('projector')) await measureProjector(bench)
if (bench.wants('eventstore')) await measureEventStore(bench)

const report = reportOf(options.quick, environment, rows)
writeReport(options.json, report)
const { node, processor, cores, file_system, fsync_ms } = environment
process.stdout.write(`\n${tableOf(rows, !options.quick)}\n`)
process.stdout.write(`Node ${node}, ${cores} x ${processor}, ${file_system}, `)
process.stdout.write(`fsync ${fsync_ms.median.toFixed(2)} ms; all of it in ${options.json}\n`)
if (options.strict && missed(report).length > 0) process.exitCode = 1
