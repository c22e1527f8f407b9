import type { HistoryChange } from '../../contracts/resources/history-entry.ts'
import { sameJson } from '../../domain/flow/same-json.ts'

type JsonValue = NonNullable<HistoryChange['before']>
type Properties = { readonly [name: string]: JsonValue }

/**
 * What differs between two JSON objects, by path in the order of names: objects are looked into, all else is
 * compared whole.
 */
export function changedProperties(before: object, after: object, parent = ''): readonly HistoryChange[] {
  const [old, now] = [before as Properties, after as Properties]
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort()
  return names.flatMap((name): readonly HistoryChange[] => {
    const path = `${parent}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    const had = Object.hasOwn(old, name) ? { before: old[name]! } : {}
    const has = Object.hasOwn(now, name) ? { after: now[name]! } : {}
    if (isObject(had.before) && isObject(has.after)) return changedProperties(had.before, has.after, path)
    return sameJson(had.before, has.after) ? [] : [{ path, ...had, ...has }]
  })
}

const isObject = (value: unknown): value is Properties =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
