import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { operations } from '../../contracts/operations/all-operations.ts'
import type { Tags } from '../../contracts/resources/tags.ts'
import { ETERNITY } from '../../contracts/time/timerange.ts'
import type { AuthClassesConfig } from '../../services/config/load-auth-classes.ts'
import { type Ask, type ServedApp, withServedApp } from '../support/access/served-app.ts'
import { videoFlow } from '../support/flow-metadata.ts'

type Permission = 'read' | 'write' | 'delete'

/** What AppNote 0016 wants of a request; `create` stands for what it makes, which it has to be able to write. */
type Need = Permission | 'admin' | 'all' | 'list' | 'create'

/** What one case is about: a resource of each kind, all of the same classes. */
type Resources = {
  readonly tags: Tags
  readonly source: string
  readonly flow: string
  readonly flow_source: string
  readonly object: string
  readonly webhook: string
  readonly deletion: string
}

type Row = {
  readonly operation: string
  readonly needs: Need
  readonly path: (on: Resources) => string
  readonly body?: (on: Resources) => unknown
  /** How it is answered where nothing is to be seen; 404 unless said. */
  readonly hidden?: number
  /** It makes what is not there. */
  readonly makes?: true
}

const at = (operation: string, needs: Need, path: Row['path'], more: Partial<Row> = {}): Row => ({
  operation,
  needs,
  path,
  ...more,
})
const onFlow = (property: string, needs: Need, body?: unknown): Omit<Row, 'operation'> => ({
  needs,
  path: ({ flow }) => `/flows/${flow}${property}`,
  ...(body !== undefined && { body: () => body }),
})
const flowOp = (operation: string, ...rest: Parameters<typeof onFlow>): Row => ({
  operation,
  ...onFlow(...rest),
})
const sourceOp = (operation: string, property: string, needs: Need, body?: unknown): Row =>
  at(operation, needs, ({ source }) => `/sources/${source}${property}`, {
    ...(body !== undefined && { body: () => body }),
  })

const flowBody = (on: Resources, id: string, source_id: string) => ({
  ...videoFlow(id, source_id, { label: 'it', tags: on.tags }),
  description: randomUUID(),
})
const hookBody = (on: Resources, more: object = {}) => ({
  url: 'http://127.0.0.1:9/',
  events: ['flows/created'],
  tags: on.tags,
  ...more,
})
const segment = (on: Resources, second: number) => ({
  object_id: on.object,
  timerange: `[${second}:0_${second + 1}:0)`,
  ts_offset: `${second}:0`,
})

/** In this order: what removes something comes last. */
const TABLE: readonly Row[] = [
  at('GET_', 'all', () => '/'),
  at('GET_service', 'all', () => '/service'),
  at('POST_service', 'admin', () => '/service', { body: () => ({ name: 'framelog' }) }),
  at('GET_storage-backends', 'all', () => '/service/storage-backends'),
  at('GET_profiles', 'all', () => '/service/profiles'),

  at('GET_webhooks', 'list', () => '/service/webhooks'),
  at('GET_webhooks-webhookId', 'read', ({ webhook }) => `/service/webhooks/${webhook}`),
  at('PUT_webhooks-webhookId', 'write', ({ webhook }) => `/service/webhooks/${webhook}`, {
    body: (on) => hookBody(on, { id: on.webhook, status: 'created' }),
  }),
  at('POST_webhooks', 'create', () => '/service/webhooks', { body: (on) => hookBody(on) }),

  at('GET_sources', 'list', () => '/sources'),
  sourceOp('GET_sources-sourceId', '', 'read'),
  sourceOp('GET_sources-sourceId-history', '/history', 'admin'),
  sourceOp('GET_sources-sourceId-tags', '/tags', 'read'),
  sourceOp('GET_sources-sourceId-tags-name', '/tags/genre', 'read'),
  sourceOp('PUT_sources-sourceId-tags-name', '/tags/genre', 'write', 'drama'),
  sourceOp('GET_sources-sourceId-description', '/description', 'read'),
  sourceOp('PUT_sources-sourceId-description', '/description', 'write', 'what it is'),
  sourceOp('GET_sources-sourceId-label', '/label', 'read'),
  sourceOp('PUT_sources-sourceId-label', '/label', 'write', 'it'),
  at('PUT_sources-sourceId', 'write', ({ source }) => `/sources/${source}`, {
    makes: true,
    body: (on) => ({ ...sourceBody(on), description: 'whole' }),
  }),
  at('POST_sources', 'create', () => '/sources', { body: (on) => ({ ...sourceBody(on), id: randomUUID() }) }),
  sourceOp('DELETE_sources-sourceId-tags-name', '/tags/genre', 'write'),
  sourceOp('DELETE_sources-sourceId-description', '/description', 'write'),
  sourceOp('DELETE_sources-sourceId-label', '/label', 'write'),
  sourceOp('DELETE_sources-sourceId', '', 'delete'),

  at('GET_flows', 'list', () => '/flows'),
  flowOp('GET_flows-flowId', '', 'read'),
  flowOp('GET_flows-flowId-history', '/history', 'admin'),
  ...['tags', 'tags/genre', 'description', 'label', 'read_only', 'flow_collection'].map((property) =>
    flowOp(`GET_flows-flowId-${property.replace('/genre', '-name')}`, `/${property}`, 'read'),
  ),
  ...['max_bit_rate', 'avg_bit_rate'].map((property) =>
    flowOp(`GET_flows-flowId-${property}`, `/${property}`, 'read'),
  ),
  flowOp('PUT_flows-flowId-tags-name', '/tags/genre', 'write', 'drama'),
  flowOp('PUT_flows-flowId-description', '/description', 'write', 'what it is'),
  flowOp('PUT_flows-flowId-label', '/label', 'write', 'it'),
  flowOp('PUT_flows-flowId-read_only', '/read_only', 'write', false),
  flowOp('PUT_flows-flowId-flow_collection', '/flow_collection', 'write', []),
  flowOp('PUT_flows-flowId-max_bit_rate', '/max_bit_rate', 'write', 2_000),
  flowOp('PUT_flows-flowId-avg_bit_rate', '/avg_bit_rate', 'write', 1_000),
  at('PUT_flows-flowId', 'write', ({ flow }) => `/flows/${flow}`, {
    makes: true,
    body: (on) => ({
      ...flowBody(on, on.flow, on.flow_source),
      tags: { ...on.tags, genre: 'drama' },
      max_bit_rate: 2,
      avg_bit_rate: 1,
    }),
  }),
  at('POST_flows', 'create', () => '/flows', { body: (on) => flowBody(on, randomUUID(), randomUUID()) }),
  flowOp('DELETE_flows-flowId-tags-name', '/tags/genre', 'write'),
  flowOp('DELETE_flows-flowId-description', '/description', 'write'),
  flowOp('DELETE_flows-flowId-label', '/label', 'write'),
  flowOp('DELETE_flows-flowId-flow_collection', '/flow_collection', 'write'),
  flowOp('DELETE_flows-flowId-max_bit_rate', '/max_bit_rate', 'write'),
  flowOp('DELETE_flows-flowId-avg_bit_rate', '/avg_bit_rate', 'write'),

  // A flow that is not there has no segments: to some, this one is not there.
  { ...flowOp('GET_flows-flowId-segments', '/segments', 'read'), hidden: 200 },
  at('POST_flows-flowId-segments', 'write', ({ flow }) => `/flows/${flow}/segments`, {
    body: (on) => segment(on, 5),
  }),
  at('GET_segment-tags', 'read', ({ flow, object }) => `/flows/${flow}/segments/${object}/tags`),
  at('GET_segment-tag', 'read', ({ flow, object }) => `/flows/${flow}/segments/${object}/tags/take`),
  at('PUT_segment-tag', 'write', ({ flow, object }) => `/flows/${flow}/segments/${object}/tags/take`, {
    body: () => '2',
  }),
  at('DELETE_segment-tag', 'write', ({ flow, object }) => `/flows/${flow}/segments/${object}/tags/take`),
  flowOp('POST_flows-flowId-storage', '/storage', 'write', { limit: 1 }),
  at('GET_objects', 'read', ({ object }) => `/objects/${object}`),
  at('POST_objects-instances', 'write', ({ object }) => `/objects/${object}/instances`, {
    body: () => ({ url: 'https://elsewhere.example.com/x', label: 'elsewhere' }),
  }),
  at('DELETE_objects-instances', 'write', ({ object }) => `/objects/${object}/instances?label=elsewhere`),
  at('POST_objects', 'admin', () => '/objects', {
    body: () => ({
      id: randomUUID(),
      get_urls: [{ url: 'https://elsewhere.example.com/y', label: 'y' }],
      timerange: '[0:0_1:0)',
    }),
  }),

  at('GET_flow-delete-requests', 'admin', () => '/flow-delete-requests'),
  at('GET_flow-delete-requests-request-id', 'delete', ({ deletion }) => `/flow-delete-requests/${deletion}`),
  at('POST_flow-delete-requests', 'write', () => '/flow-delete-requests', {
    body: ({ flow }) => ({ flow_id: flow, timerange: '[100:0_101:0)' }),
  }),
  flowOp('DELETE_flows-flowId-segments', '/segments?timerange=[100:0_101:0)', 'write'),
  flowOp('DELETE_flows-flowId', '', 'delete'),
  at('DELETE_webhooks-webhookId', 'delete', ({ webhook }) => `/service/webhooks/${webhook}`),

  at('GET_analytics-flow-usage', 'admin', () => '/analytics/flow-usage'),
  at('GET_analytics-storage-usage', 'admin', () => '/analytics/storage-usage'),
  at('GET_analytics-time-range-analysis', 'admin', () => '/analytics/time-range-analysis'),
  at('GET_analytics-catalog-summary', 'admin', () => '/analytics/catalog-summary'),
  at('GET_vast-status', 'admin', () => '/vast/status'),
]

/** Those that answer an administrator otherwise here: with an error, or with no JSON. */
const REFUSED_TO_OTHERS: readonly Row[] = [
  at('GET_analytics-tables-name', 'admin', () => '/analytics/tables/flows'),
  at('DELETE_objects', 'admin', ({ object }) => `/objects/${object}`),
  at('GET_vast-buckets', 'admin', () => '/vast/buckets'),
  at('GET_vast-tables-name-stats', 'admin', () => '/vast/tables/flows/stats'),
]

const sourceBody = ({ source, tags }: Resources) => ({
  id: source,
  format: 'urn:x-nmos:format:video',
  label: 'it',
  tags: { ...tags, genre: 'drama' },
})

const ALL: readonly Permission[] = ['read', 'write', 'delete']
const CONFIG: AuthClassesConfig = {
  none: {},
  r: { news: ['read'] },
  w: { news: ['write'] },
  d: { news: ['delete'] },
  rw: { news: ['read', 'write'] },
  rwd: { news: ALL },
  other: { sport: ALL },
}
const ADMIN = 'admin'

const CLASSES: readonly {
  readonly name: string
  readonly tags: Tags
  readonly classes: readonly string[]
}[] = [
  { name: 'news', tags: { auth_classes: ['news'] }, classes: ['news'] },
  { name: 'news as a text', tags: { auth_classes: 'news' }, classes: ['news'] },
  { name: 'sport', tags: { auth_classes: ['sport'] }, classes: ['sport'] },
  { name: 'both', tags: { auth_classes: ['sport', 'news'] }, classes: ['sport', 'news'] },
  { name: 'two in one text', tags: { auth_classes: 'news,sport' }, classes: [] },
  { name: 'no class', tags: {}, classes: [] },
  { name: 'an empty list', tags: { auth_classes: [] }, classes: [] },
]

/** What a group may do with what is of these classes. */
const heldBy = (group: string, classes: readonly string[]): readonly Permission[] =>
  ALL.filter((each) => classes.some((name) => CONFIG[group]?.[name]?.includes(each)))

/** @returns the status a request has to get, where it is not one that lets it through */
function refusal(
  { needs, hidden = 404 }: Row,
  group: string,
  classes: readonly string[],
): number | undefined {
  if (group === ADMIN || needs === 'all' || needs === 'list') return undefined
  if (needs === 'admin') return 403
  const held = heldBy(group, classes)
  if (needs === 'create') {
    const isClaimed = (name: string) => heldBy(group, [name]).length > 0
    // Every class gives somebody everything here.
    return held.includes('write') && (classes.every(isClaimed) || held.length === 3) ? undefined : 403
  }
  if (held.includes(needs)) return undefined
  return held.length === 0 ? hidden : 403
}

async function resourcesOf({ harness }: ServedApp, tags: Tags): Promise<Resources> {
  const [source, flow, flow_source, object, webhook] = Array.from({ length: 5 }, () => randomUUID()) as [
    string,
    string,
    string,
    string,
    string,
  ]
  const genre = { ...tags, genre: 'drama' }
  await harness.putSource({
    id: source,
    format: 'urn:x-nmos:format:video',
    label: 'it',
    description: 'what it is',
    tags: genre,
  })
  const about = { label: 'it', description: 'what it is', max_bit_rate: 2, avg_bit_rate: 1, tags: genre }
  await harness.putFlow(videoFlow(flow, flow_source, about))
  await harness.allocate(flow, object)
  await harness.register(flow, { object_id: object, timerange: '[0:0_1:0)' })
  await harness.tag(flow, object, 'take', '1')
  await harness.addUrl(object, 'elsewhere-too', 'https://elsewhere.example.com/z')
  await harness.webhook(webhook, {
    type: 'RegisterWebhook',
    webhook: { id: webhook, url: 'http://127.0.0.1:9/', events: ['flows/created'], tags },
    status: 'disabled',
  })
  const asked = await harness.requestDeletion({ flow_id: flow, delete_flow: false, range: ETERNITY })
  if (!('deletion_id' in asked)) throw new Error('the deletion was refused')
  await harness.catchUp()
  return { tags, source, flow, flow_source, object, webhook, deletion: asked.deletion_id }
}

/** A request for what is there but is not there for the asker must be answered as one for what is not. */
const unheardOf = (on: Resources): Resources => ({
  ...on,
  source: randomUUID(),
  flow: randomUUID(),
  object: randomUUID(),
  webhook: randomUUID(),
  deletion: randomUUID(),
})

async function answered(ask: Ask, row: Row, on: Resources) {
  const method = row.operation.split('_')[0]!
  const { status, headers, body } = await ask(method, row.path(on), row.body?.(on))
  const counted = [...headers].filter(([name]) => /^(link|x-paging)/.test(name))
  const { time: _, ...said } = { ...(body as object) } as { time?: string }
  return { status, told: nameless(JSON.stringify([said, counted])) }
}

/** Whoever asked for something by its id may be told that. */
const nameless = (text: string): string => text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')

describe('what a request may do', () => {
  it('is said for every operation', () => {
    const rows = [...TABLE, ...REFUSED_TO_OTHERS]
    const said = new Set(rows.map(({ operation }) => operation))
    const paths = rows.map((row) => `${row.operation.split('_')[0]} ${row.path(NAMES).replace(/\?.*/, '')}`)
    const missing = operations.flatMap(({ operationId, method, path }) => {
      const template = `${method.toUpperCase()} ${path}`
      return said.has(operationId) || paths.includes(named(template)) ? [] : [template]
    })
    expect(missing.toSorted()).toEqual(NOT_IN_TABLE.toSorted())
  })

  it.each(CLASSES)('is what its classes allow, with what is of $name', async ({ tags, classes }) => {
    await withServedApp(CONFIG, async (served) => {
      for (const group of [...Object.keys(CONFIG), ADMIN]) {
        const ask = group === ADMIN ? served.admin : served.as(group)
        const on = await resourcesOf(served, tags)
        const found: Record<string, unknown> = {}
        const expected: Record<string, unknown> = {}
        for (const row of group === ADMIN ? TABLE : [...TABLE, ...REFUSED_TO_OTHERS]) {
          const refused = refusal(row, group, classes)
          const { status, told } = await answered(ask, row, on)
          // Nobody keeps the views here.
          if (row.path(on).startsWith('/analytics') && status === 503) continue
          found[row.operation] = status < 300 && refused === undefined ? 'done' : status
          expected[row.operation] = refused ?? 'done'
          if (refused !== (row.hidden ?? 404) || row.makes || group !== 'none') continue
          found[`${row.operation} is told`] = told
          expected[`${row.operation} is told`] = (await answered(ask, row, unheardOf(on))).told
        }
        expect({ group, ...found }).toEqual({ group, ...expected })
      }
    })
  })
})

/** Ids in a path, as they are called in operations' paths. */
const NAMES: Resources = {
  tags: {},
  source: 'SOURCE',
  flow: 'FLOW',
  flow_source: 'FLOW_SOURCE',
  object: 'OBJECT',
  webhook: 'WEBHOOK',
  deletion: 'DELETION',
}

const named = (template: string): string =>
  template
    .replace('{sourceId}', 'SOURCE')
    .replace('{flowId}', 'FLOW')
    .replace('{objectId}', 'OBJECT')
    .replace('{webhookId}', 'WEBHOOK')
    .replace('{request-id}', 'DELETION')
    .replace('/segments/OBJECT/tags/{name}', '/segments/OBJECT/tags/take')
    .replace('/tags/{name}', '/tags/genre')
    .replace(/\/$/, '/')

/** Tells of nothing, or as what is in the table does; some have tests of their own. */
const NOT_IN_TABLE = [
  'GET /asyncapi.json',
  'GET /health',
  'GET /metrics',
  'GET /openapi.json',
  'GET /service/profiles/{profileId}',
  'POST /service/profiles/{profileId}',
  'GET /events',
  'POST /flows/{flowId}/restore',
]
