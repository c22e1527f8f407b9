import type { z } from 'zod'

/** Enough to correct a body by, and bounded whatever was sent. */
const MAX_ISSUES = 5
const MAX_CHARACTERS = 2_000

type Issue = z.core.$ZodIssue

/**
 * Says what is wrong, for people: `path: what; path: what`, the first few.
 * @param root how to call the value as a whole, where a fault is not in a part of it.
 * @param parent path of the value itself, where it is a part of something.
 */
export function describeIssues(
  issues: readonly Issue[],
  root: string,
  parent: readonly string[] = [],
): string {
  const faults = issues.flatMap((issue) => faultsOf(issue, parent))
  const shown = faults
    .slice(0, MAX_ISSUES)
    .map(({ path, message }) => `${pathText(path) || root}: ${message}`)
  const more = faults.length > MAX_ISSUES ? [`and ${faults.length - MAX_ISSUES} more`] : []
  const text = [...shown, ...more].join('; ')
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text
}

/** Zod's error map: our words where a schema has none of its own. They follow the name of a field. */
export function wordIssue(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${nameOf(issue.expected)}`
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`
    case 'too_small':
      return sizeFault('at least', issue.minimum, issue.origin, issue.inclusive)
    case 'too_big':
      return sizeFault('at most', issue.maximum, issue.origin, issue.inclusive)
    case 'unrecognized_keys':
      return `has unknown names: ${issue.keys.slice(0, MAX_ISSUES).map(clip).join(', ')}`
    default:
      return undefined
  }
}

/** As `wordIssue`, for query parameters: what frameworks make a list of is one that came more than once. */
export function wordParameterIssue(issue: z.core.$ZodRawIssue): string | undefined {
  const isWrongKind = issue.code === 'invalid_type' || issue.code === 'invalid_value'
  return isWrongKind && Array.isArray(issue.input) ? 'must be given once' : wordIssue(issue)
}

type Fault = { readonly path: readonly PropertyKey[]; readonly message: string }

/** Of a union's branches only the one that was meant is spoken of: the one whose kind of value was sent. */
function faultsOf(issue: Issue, parent: readonly PropertyKey[]): readonly Fault[] {
  const path = [...parent, ...issue.path]
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ path, message: issue.message }]
  const meant = issue.errors.filter((branch) => !branch.some(isOtherKind))
  if (meant.length > 0) return meant[0]!.flatMap((inner) => faultsOf(inner, path))
  const kinds = issue.errors.flat().flatMap((inner) => (isOtherKind(inner) ? [nameOf(inner.expected)] : []))
  return [{ path, message: `must be ${[...new Set(kinds)].join(' or ')}` }]
}

function isOtherKind(issue: Issue): issue is z.core.$ZodIssueInvalidType {
  return issue.code === 'invalid_type' && issue.path.length === 0
}

/** `[3].timerange`, `essence_parameters.frame_rate` */
function pathText(path: readonly PropertyKey[]): string {
  let text = ''
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`
    else text += text === '' ? clip(String(key)) : `.${clip(String(key))}`
  }
  return text
}

// TAMS has no numbers but integers.
const KIND_NAMES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'an integer',
  int: 'an integer',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
}

function nameOf(kind: string): string {
  return KIND_NAMES[kind] ?? kind
}

const SIZE_UNITS: Readonly<Record<string, string>> = {
  string: 'characters',
  array: 'items',
  object: 'names',
  record: 'names',
}

function sizeFault(bound: 'at least' | 'at most', limit: number | bigint, origin: string, inclusive = true) {
  const unit = SIZE_UNITS[origin]
  if (unit !== undefined) return `must have ${bound} ${limit} ${unit}`
  if (inclusive) return `must be ${bound} ${limit}`
  return `must be ${bound === 'at least' ? 'more' : 'less'} than ${limit}`
}

function clip(text: string): string {
  return text.length > 64 ? `${text.slice(0, 64)}…` : text
}
