// The official TAMS document, as a tool that sends requests from it can use it.
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parse } from 'yaml'

const DIRECTORY = resolve(import.meta.dirname, '../../shared/reference/tams-8.2')
const UUIDS_OR_NONE = pathToFileURL(join(DIRECTORY, 'schemas/uuid-list-empty.json')).href

export const hasOfficialDocument = existsSync(DIRECTORY)

export function officialDocument() {
  const document = absolute(parse(readFileSync(join(DIRECTORY, 'TimeAddressableMediaStore.yaml'), 'utf8')))
  for (const item of Object.values(document.paths)) {
    addRefusals(item)
    for (const { parameters } of Object.values(item)) parameters?.forEach(mayBeEmpty)
  }
  // The service runs without authentication here, as it does by default.
  delete document.security
  delete document.webhooks
  return document
}

/**
 * The document has 400 for wrong parameters in nearly every list, not where it forgot; and of HEAD it names
 * the 200 only, though HEAD answers as GET does.
 */
function addRefusals({ head, get }) {
  if (!get) return
  if (get.parameters?.some(({ name }) => name === 'page' || name === undefined)) {
    get.responses['400'] ??= { description: 'A parameter is wrong.' }
  }
  for (const status of Object.keys(get.responses).filter((status) => head && status >= '400')) {
    head.responses[status] ??= { description: get.responses[status].description ?? '' }
  }
}

/** What the document says of this parameter and the schemas it has for it differ: the words count. */
function mayBeEmpty(parameter) {
  if (parameter.name === 'accept_storage_ids') parameter.schema = { $ref: UUIDS_OR_NONE }
}

/** References to files lead to where these are; references in examples are replaced by what is there. */
function absolute(value, isExample = false) {
  if (Array.isArray(value)) return value.map((item) => absolute(item, isExample))
  if (typeof value !== 'object' || value === null) return value
  const { $ref } = value
  if (typeof $ref === 'string' && !$ref.startsWith('#')) {
    const path = join(DIRECTORY, $ref)
    return isExample ? JSON.parse(readFileSync(path, 'utf8')) : { $ref: pathToFileURL(path).href }
  }
  const { externalValue, ...rest } = value
  const fields = Object.entries(rest).map(([name, field]) => [
    name,
    absolute(field, isExample || name === 'example' || name === 'examples'),
  ])
  if (typeof externalValue === 'string') fields.push(['value', absolute({ $ref: externalValue }, true)])
  return Object.fromEntries(fields)
}
