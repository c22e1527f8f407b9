// Prints the expressions of all dashboards as rules, for promtool to read: it knows no dashboards.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'

const FOLDER = join(import.meta.dirname, '../deploy/observability/grafana/dashboards')

const expressions = readdirSync(FOLDER)
  .map((file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')))
  .flatMap(({ panels }) => panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)))
// Grafana's variables within strings are text to promtool; this one is no string.
const rules = [...new Set(expressions)].map((expr, index) => ({
  record: `panel:${index}`,
  expr: expr.replaceAll('$__rate_interval', '5m'),
}))
process.stdout.write(stringify({ groups: [{ name: 'dashboards', rules }] }))
