import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const SERVICES = join(import.meta.dirname, '../../services')
const GUIDE = join(import.meta.dirname, '../../docs/observability.md')

/** What the guide says a line of the log may have. */
export function documentedFields(): ReadonlySet<string> {
  const [, table = ''] = readFileSync(GUIDE, 'utf8').split('| field | type | meaning |')
  const rows = (table.split('\n\n')[0] ?? '').split('\n').filter((row) => row.startsWith('| `'))
  return new Set(
    rows.flatMap((row) => [...row.split('|')[1]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!)),
  )
}

/** Fields of the lines of a log; other lines are passed over. */
export function fieldsOfLog(text: string): ReadonlySet<string> {
  return new Set(text.split('\n').flatMap((line) => Object.keys(logLine(line) ?? {})))
}

function logLine(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{"level":"')) return undefined
  try {
    return JSON.parse(line)
  } catch {
    // A process was killed while it wrote.
    return undefined
  }
}

/** Fields that the code names where it writes to a log. What is spread there has to come up in a run. */
export function fieldsInCode(): ReadonlySet<string> {
  const files = readdirSync(SERVICES, { recursive: true, encoding: 'utf8' })
  return new Set(
    files
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => [...readFileSync(join(SERVICES, file), 'utf8').matchAll(CALL)])
      .flatMap(([, fields]) => fields!.split(','))
      .map((field) => field.split(':')[0]!.trim())
      .filter((field) => /^\w+$/.test(field)),
  )
}

const CALL = /logger\s*\.(?:trace|debug|info|warn|error|fatal)\(\s*\{([^{}]*)\}/g
