import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DomainEvent } from '../../../../../contracts/events/domain-event.ts'
import { VIDEO } from '../../../../../contracts/resources/content-format.ts'
import type { Tags } from '../../../../../contracts/resources/tags.ts'
import { authClasses } from '../../../../../services/access/auth-classes.ts'
import type { Scope } from '../../../../../services/access/principal.ts'
import { readableIn } from '../../../../../services/api/access/require-access.ts'
import type { CatalogReader } from '../../../../../services/catalog/catalog-reader.ts'
import { columnIs, tagIsOneOf } from '../../../../../services/catalog/conditions.ts'
import type { ListKey } from '../../../../../services/catalog/list-queries.ts'
import { catalogOfEvents } from '../../../../support/catalog-of-events.ts'
import { videoFlow } from '../../../../support/flow-metadata.ts'

const RUNS = 60

const CLASSES = ['news', 'sport', 'drama', 'archive'] as const

/** What groups may read: more and less of it, also classes that nothing is of. */
const GROUPS = {
  news: { news: ['read', 'write', 'delete'] },
  sport: { sport: ['read'], archive: ['read'] },
  makers: { drama: ['write'], archive: ['delete'] },
  all: { news: ['read'], sport: ['read'], drama: ['read'], archive: ['read'], weather: ['read'] },
} as const

const groupName = fc.constantFrom(...(Object.keys(GROUPS) as (keyof typeof GROUPS)[]))

type Made = { readonly tags: Tags; readonly label: string | undefined }

const made: fc.Arbitrary<Made> = fc.record({
  tags: fc.record(
    {
      auth_classes: fc.oneof(
        fc.constantFrom<string>(...CLASSES, 'news,sport'),
        fc.uniqueArray(fc.constantFrom<string>(...CLASSES), { maxLength: 3 }),
      ),
      genre: fc.constantFrom('live', 'match'),
    },
    { requiredKeys: [] },
  ),
  label: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
})

const question = fc.record({
  groups: fc.uniqueArray(groupName, { maxLength: 2 }),
  others: fc.uniqueArray(groupName, { maxLength: 2 }),
  asked: fc.option(fc.uniqueArray(fc.constantFrom<string>(...CLASSES), { minLength: 1, maxLength: 2 }), {
    nil: undefined,
  }),
  genre: fc.option(fc.constantFrom('live', 'match'), { nil: undefined }),
  label: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
  sort: fc.constantFrom('created' as const, 'updated' as const, 'label' as const),
  reverse: fc.boolean(),
  limit: fc.integer({ min: 1, max: 4 }),
})

type Question = typeof question extends fc.Arbitrary<infer Q> ? Q : never
type Kind = 'flows' | 'sources'

const idOf = (index: number): string =>
  `0000000${index % 10}-0000-4000-8000-${String(index).padStart(12, '0')}`

const eventsOf = (kind: Kind, items: readonly Made[]): readonly DomainEvent[] =>
  items.map(({ tags, label }, index): DomainEvent => {
    const about = { tags, ...(label !== undefined && { label }) }
    if (kind === 'flows') {
      return { type: 'FlowCreated', data: { flow: videoFlow(idOf(index), idOf(index), about) } }
    }
    return { type: 'SourceCreated', data: { source: { id: idOf(index), format: VIDEO, ...about } } }
  })

/** What a member of these groups may read, said without the code that is tested. */
const readBy = (groups: readonly (keyof typeof GROUPS)[]): ReadonlySet<string> =>
  new Set(
    groups.flatMap((group) =>
      Object.entries(GROUPS[group]).flatMap(([name, may]) =>
        (may as readonly string[]).includes('read') ? [name] : [],
      ),
    ),
  )

/** A plain filter over everything. */
function shownTo(groups: Question['groups'], { asked, genre, label }: Question, item: Made): boolean {
  const classes = [item.tags['auth_classes'] ?? []].flat()
  const wanted = [...readBy(groups)].filter((name) => !asked || asked.includes(name))
  return (
    classes.some((name) => wanted.includes(name)) &&
    (genre === undefined || item.tags['genre'] === genre) &&
    (label === undefined || item.label === label)
  )
}

const classes = authClasses(GROUPS as unknown as Parameters<typeof authClasses>[0])
const SCOPES = new Set<Scope>(['tams-api/read', 'tams-api/write', 'tams-api/delete'])

function pagesOf(reader: CatalogReader, kind: Kind, groups: Question['groups'], asked: Question) {
  const access = classes.accessOf({ name: null, scopes: SCOPES, groups })
  const said = new Map<string, readonly string[]>([
    ...(asked.genre === undefined ? [] : [['genre', [asked.genre]] as const]),
    ...(asked.asked ? [['auth_classes', asked.asked] as const] : []),
  ])
  const { readable, tagValues } = readableIn(access, kind, said)
  const conditions = [
    ...readable,
    ...columnIs('label', asked.label),
    ...[...tagValues].map(([name, values]) => tagIsOneOf(kind, name, values)),
  ]
  const { sort, reverse, limit } = asked
  return (from?: ListKey) => reader[kind]({ conditions, sort, reverse, limit, ...(from && { from }) })
}

function allPages(page: ReturnType<typeof pagesOf>, limit: number) {
  const ids: string[] = []
  const keys: ListKey[] = []
  for (let from: ListKey | undefined; ; ) {
    const { rows, next } = page(from)
    // A page that another follows is full, whatever is hidden between its rows.
    if (next) expect(rows).toHaveLength(limit)
    ids.push(...rows.map(({ id }) => id))
    if (!next) return { ids, keys }
    from = JSON.parse(JSON.stringify(next)) as ListKey
    keys.push(from)
  }
}

describe.each(['flows', 'sources'] as const)('a list of %s for those who may not read everything', (kind) => {
  it('is a plain filter of everything, page by page', () => {
    fc.assert(
      fc.property(fc.array(made, { maxLength: 25 }), question, (items, asked) => {
        const catalog = catalogOfEvents(...eventsOf(kind, items))
        const { ids } = allPages(pagesOf(catalog.reader, kind, asked.groups, asked), asked.limit)
        const expected = items.flatMap((item, index) =>
          shownTo(asked.groups, asked, item) ? [idOf(index)] : [],
        )
        expect(ids.toSorted()).toEqual(expected.toSorted())
        catalog.close()
      }),
      { numRuns: RUNS },
    )
  })

  it('shows nothing more to who goes on with the page key of somebody else', () => {
    fc.assert(
      fc.property(fc.array(made, { maxLength: 25 }), question, (items, asked) => {
        const catalog = catalogOfEvents(...eventsOf(kind, items))
        const { keys } = allPages(pagesOf(catalog.reader, kind, asked.others, asked), asked.limit)
        const own = pagesOf(catalog.reader, kind, asked.groups, asked)
        for (const key of keys) {
          for (const { id } of own(key).rows) {
            const item = items[Number(id.slice(-12))]!
            expect(shownTo(asked.groups, asked, item)).toBe(true)
          }
        }
        catalog.close()
      }),
      { numRuns: RUNS },
    )
  })
})
