import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

/** Where a checkout of the official TAMS 8.2 documents may lie, beside this project. */
const DIRECTORY = join(import.meta.dirname, '../../../../shared/reference/tams-8.2')

export const hasSpecification = existsSync(DIRECTORY)

/** To be put into the title of what cannot run without the documents. */
export const ifSpecified = hasSpecification ? '' : ` (SKIPPED: no TAMS documents in ${DIRECTORY})`

type JsonObject = Record<string, unknown>

export const readExample = (name: string): unknown => readJson(join('examples', name))

export const readSchema = (name: string): JsonObject => readJson(join('schemas', name)) as JsonObject

export const exampleNames = (): readonly string[] => namesIn('examples')

export const schemaNames = (): readonly string[] => namesIn('schemas')

/** The official OpenAPI document, its references unresolved. */
export function readOfficialDocument(): JsonObject {
  return parse(readFileSync(join(DIRECTORY, 'TimeAddressableMediaStore.yaml'), 'utf8')) as JsonObject
}

function namesIn(folder: string): readonly string[] {
  return hasSpecification ? readdirSync(join(DIRECTORY, folder)).filter((name) => name.endsWith('.json')) : []
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(DIRECTORY, path), 'utf8'))
}
