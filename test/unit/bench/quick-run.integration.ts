import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import type { Report } from '../../bench/report/report.ts'
import { SCENARIOS } from '../../bench/scenarios/names.ts'
import { hasKafka } from '../../support/kafka/kafka-jars.ts'
import { withFolder } from '../../support/running-service.ts'

const MAIN = join(import.meta.dirname, '../../../dist/test/bench/main.js')

it('measures every scenario on the built service, and leaves nothing but its report', () =>
  withFolder(async (folder) => {
    const json = join(folder, 'report.json')
    const data = join(folder, 'data')
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...[MAIN, '--quick', '--strict', '--json', json, '--data', data],
    ])
    const report = JSON.parse(readFileSync(json, 'utf8')) as Report
    const measured = new Set(report.rows.map(({ scenario }) => scenario))
    expect([...SCENARIOS].filter((scenario) => !measured.has(scenario))).toEqual(hasKafka() ? [] : ['relay'])
    for (const { what } of report.rows) expect(stdout).toContain(what)
    expect(readdirSync(data)).toEqual([])
  }))
