import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const SERVICES = join(import.meta.dirname, '../../../../services')
const sources = readdirSync(SERVICES, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(join(SERVICES, name), 'utf8') }))

const importers = (what: RegExp): readonly string[] =>
  sources.filter(({ text }) => what.test(text)).map(({ name }) => name)

it('the libraries of traces are loaded by one module, and that by nobody before it is needed', () => {
  expect(importers(/^import (?!type\b)[^;]*?'@opentelemetry\//m)).toEqual(['tracing/open-telemetry.ts'])
  expect(importers(/^import [^(]*?open-telemetry\.ts'/m)).toEqual([])
  expect(importers(/await import\('\.\/open-telemetry\.ts'\)/)).toEqual(['tracing/tracing.ts'])
})
