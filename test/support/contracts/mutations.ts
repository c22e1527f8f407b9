export type Path = readonly (string | number)[]

/** A body with one thing about it changed. */
export type Mutant = { readonly path: Path; readonly change: string; readonly body: unknown }

const REPLACEMENTS: readonly unknown[] = [null, true, -1, 0, 1.5, 7, '', 'x', [], {}]

/** Every body that differs from `body` in one place: a value left out, replaced, or joined by an unknown one. */
export function mutantsOf(body: unknown): readonly Mutant[] {
  return placesIn(body, []).flatMap((path) => [
    ...(path.length > 0 ? [{ path, change: 'left out', body: edited(body, path, remove) }] : []),
    ...REPLACEMENTS.map((value) => ({
      path,
      change: `= ${JSON.stringify(value)}`,
      body: edited(body, path, (holder, key) => Object.assign(holder, { [key]: value })),
    })),
    ...(isObject(valueAt(body, path))
      ? [{ path: [...path, 'unknown'], change: 'added', body: edited(body, [...path, 'unknown'], add) }]
      : []),
  ])
}

function placesIn(value: unknown, path: Path): readonly Path[] {
  if (Array.isArray(value)) return [path, ...value.flatMap((item, index) => placesIn(item, [...path, index]))]
  if (!isObject(value)) return [path]
  return [path, ...Object.entries(value).flatMap(([key, item]) => placesIn(item, [...path, key]))]
}

type Holder = Record<string | number, unknown>

function edited(body: unknown, path: Path, edit: (holder: Holder, key: string | number) => void): unknown {
  const root: Holder = { body: structuredClone(body) }
  const whole: Path = ['body', ...path]
  edit(valueAt(root, whole.slice(0, -1)) as Holder, whole.at(-1)!)
  return root['body']
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce((holder, key) => (holder as Holder)[key], value)
}

function remove(holder: Holder, key: string | number): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1)
  else delete holder[key]
}

function add(holder: Holder, key: string | number): void {
  holder[key] = 'unknown'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
