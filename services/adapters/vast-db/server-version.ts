import { DataType, type Field, type Schema } from 'apache-arrow'
import { VastDbError } from './vast-db-error.ts'

/** Major, minor, patch and protocol. */
export type ServerVersion = readonly [number, number, number, number]

/** Since when servers can do what not all of them can. */
const FEATURES = {
  'row ids of inserted rows': [5, 1, 0],
  'sorted tables': [5, 3, 0],
  'time zones': [5, 4, 0],
} as const

export type Feature = keyof typeof FEATURES

/**
 * @param server the Server header of any answer
 * @throws VastDbError `not_vast_db`, or `unsupported_by_server`: from a time before servers told their version
 */
export function parseServerVersion(server: string | undefined): ServerVersion {
  const numbers = /^vast (\d{1,9})\.(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/
    .exec(server ?? '')
    ?.slice(1)
    .map(Number)
  if (numbers) return numbers as unknown as ServerVersion
  if (server === undefined || server.startsWith('vast'))
    throw new VastDbError('unsupported_by_server', 'the server is older than what this client can speak to')
  throw new VastDbError('not_vast_db', 'another kind of server answered')
}

export function supports(version: ServerVersion, feature: Feature): boolean {
  for (const [index, least] of FEATURES[feature].entries()) {
    const is = version[index] ?? 0
    if (is !== least) return is > least
  }
  return true
}

/** @throws VastDbError `unsupported_by_server` */
export function requireFeature(version: ServerVersion, feature: Feature): void {
  if (supports(version, feature)) return
  const needs = FEATURES[feature].join('.')
  throw new VastDbError(
    'unsupported_by_server',
    `${feature}: needs ${needs}, the server is ${version.join('.')}`,
  )
}

/** Older servers drop a time zone without a word. @throws VastDbError `unsupported_by_server` */
export function requireTypes(version: ServerVersion, schema: Schema): void {
  if (schema.fields.some(hasTimeZone)) requireFeature(version, 'time zones')
}

const hasTimeZone = ({ type }: Field): boolean =>
  DataType.isTimestamp(type) ? Boolean(type.timezone) : (type.children ?? []).some(hasTimeZone)
