import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Tags } from '../../contracts/resources/tags.ts'
import type { AuthClassesConfig } from '../../services/config/load-auth-classes.ts'
import { storageBackends } from '../../services/storage/storage-backends.ts'
import { type Ask, type ServedApp, withServedApp } from '../support/access/served-app.ts'
import { BACKEND_ID, SHELF_ID } from '../support/command-harness.ts'
import { multiFlow, videoFlow } from '../support/flow-metadata.ts'

const ALL = ['read', 'write', 'delete'] as const

/** As docs/auth-classes.md has it, and some who may do less. */
const CONFIG: AuthClassesConfig = {
  news: { news: ALL, news_ro: ['read'] },
  sport: { sport: ALL, sport_ro: ['read'] },
  ingest: { news: ['write'] },
  editors: { news: ['read', 'write'] },
  viewers: { news: ['read'] },
}

const served = (use: (app: ServedApp) => Promise<void>) => () => withServedApp(CONFIG, use)

const bodyOf = (tags: Tags, changes: Parameters<typeof videoFlow>[2] = {}) =>
  videoFlow(randomUUID(), randomUUID(), { ...changes, tags })

/** @returns the id of a flow of these classes */
async function putFlow(ask: Ask, classes: readonly string[], changes = {}): Promise<string> {
  const flow = bodyOf({ auth_classes: [...classes] }, changes)
  expect(await statusOf(ask('PUT', `/flows/${flow.id}`, flow))).toBe(201)
  return flow.id
}

async function useObject(ask: Ask, flow: string, object_id: string, second = 0): Promise<number> {
  const segment = { object_id, timerange: `[${second}:0_${second + 1}:0)`, ts_offset: `${second}:0` }
  return statusOf(ask('POST', `/flows/${flow}/segments`, segment))
}

async function newObject(ask: Ask, flow: string): Promise<string> {
  const { body } = await ask('POST', `/flows/${flow}/storage`, { limit: 1 })
  const { object_id } = (body as { media_objects: { object_id: string }[] }).media_objects[0]!
  expect(await useObject(ask, flow, object_id)).toBe(201)
  return object_id
}

const statusOf = async (answer: ReturnType<Ask>): Promise<number> => (await answer).status
const idsOf = async (answer: ReturnType<Ask>): Promise<string[]> =>
  ((await answer).body as { id: string }[]).map(({ id }) => id).toSorted()
const errorOf = async (answer: ReturnType<Ask>) => {
  const { status, body } = await answer
  return [status, (body as { type: string }).type]
}

describe('news and sport on one service', () => {
  it(
    'see their own content, and what the others share with them',
    served(async ({ as, admin }) => {
      const a = await putFlow(as('sport'), ['sport'])
      const x = await putFlow(as('news'), ['news', 'sport_ro'])
      const y = await putFlow(as('news'), ['news'])
      const untagged = bodyOf({})
      expect(await statusOf(admin('PUT', `/flows/${untagged.id}`, untagged))).toBe(201)
      expect(await idsOf(as('sport')('GET', '/flows'))).toEqual([a, x].toSorted())
      expect(await idsOf(as('news')('GET', '/flows'))).toEqual([x, y].toSorted())
      expect(await idsOf(as('news', 'sport')('GET', '/flows'))).toEqual([a, x, y].toSorted())
      expect(await idsOf(as('strangers')('GET', '/flows'))).toEqual([])
      expect(await idsOf(admin('GET', '/flows'))).toEqual([a, x, y, untagged.id].toSorted())
      // A source has the classes of the flow it came with.
      expect(await idsOf(as('sport')('GET', '/sources'))).toHaveLength(2)
      expect(await statusOf(as('sport')('PUT', `/flows/${x}/label`, 'ours'))).toBe(403)
      expect(await statusOf(as('sport')('PUT', `/flows/${y}/label`, 'ours'))).toBe(404)
    }),
  )

  it(
    'ask for classes among their own only',
    served(async ({ as }) => {
      const a = await putFlow(as('sport'), ['sport', 'sport_ro'])
      const both = await putFlow(as('news'), ['news', 'sport_ro'])
      expect(await idsOf(as('sport')('GET', '/flows?tag.auth_classes=sport_ro'))).toEqual(
        [a, both].toSorted(),
      )
      expect(await idsOf(as('sport')('GET', '/flows?tag.auth_classes=news'))).toEqual([])
      expect(await idsOf(as('news')('GET', '/flows?tag.auth_classes=sport,sport_ro'))).toEqual([])
    }),
  )

  it(
    'get full pages, and links that tell of nothing hidden',
    served(async ({ as, url }) => {
      const own: string[] = []
      for (let n = 0; n < 6; n++) {
        own.push(await putFlow(as('news'), ['news']))
        await putFlow(as('sport'), ['sport'])
      }
      const found: string[] = []
      let path = '/flows?limit=2'
      for (;;) {
        const { headers, body } = await as('news')('GET', path)
        const ids = (body as { id: string }[]).map(({ id }) => id)
        expect([headers.get('x-paging-count'), ids.length]).toEqual(['2', 2])
        found.push(...ids)
        const next = headers.get('link')?.match(/<(.+)>; rel="next"/)?.[1]
        if (next === undefined) break
        path = next.slice(url.length)
        const { body: others } = await as('sport')('GET', path)
        expect((others as { id: string }[]).filter(({ id }) => own.includes(id))).toEqual([])
      }
      expect(found.toSorted()).toEqual(own.toSorted())
    }),
  )
})

describe('what a request makes', () => {
  it(
    'has to be of a class that it may write',
    served(async ({ as }) => {
      for (const tags of [
        {},
        { auth_classes: 'sport' },
        { auth_classes: ['news_ro'] },
        { auth_classes: [] },
      ]) {
        const flow = bodyOf(tags)
        const refused = [403, 'auth_classes_unclaimed']
        expect(await errorOf(as('news')('PUT', `/flows/${flow.id}`, flow))).toEqual(refused)
        expect(await errorOf(as('news')('POST', '/flows', bodyOf(tags)))).toEqual(refused)
        const source = { format: flow.format, tags }
        expect(await errorOf(as('news')('POST', '/sources', source))).toEqual(refused)
        const hook = { url: 'http://127.0.0.1:9/', events: [], tags }
        expect(await errorOf(as('news')('POST', '/service/webhooks', hook))).toEqual(refused)
      }
      await putFlow(as('ingest'), ['news'])
      const shared = bodyOf({ auth_classes: ['news', 'sport'] })
      expect(await errorOf(as('ingest')('PUT', `/flows/${shared.id}`, shared))).toEqual([
        403,
        'auth_classes_beyond_permission',
      ])
      expect(await statusOf(as('news')('PUT', `/flows/${shared.id}`, shared))).toBe(201)
    }),
  )

  it(
    'joins no source that it may not write',
    served(async ({ as }) => {
      const theirs = bodyOf({ auth_classes: ['sport', 'news_ro'] })
      await as('sport')('PUT', `/flows/${theirs.id}`, theirs)
      const { source_id } = theirs
      const flow = { ...bodyOf({ auth_classes: ['news'] }), source_id }
      expect(await errorOf(as('news')('PUT', `/flows/${flow.id}`, flow))).toEqual([403, 'permission_missing'])
      expect(await errorOf(as('ingest')('PUT', `/flows/${flow.id}`, flow))).toEqual([404, 'source_not_found'])
      const own = bodyOf({ auth_classes: ['news'] })
      expect(await statusOf(as('news')('PUT', `/flows/${own.id}`, own))).toBe(201)
      const moved = { ...own, source_id }
      expect(await errorOf(as('news')('PUT', `/flows/${own.id}`, moved))).toEqual([403, 'permission_missing'])
    }),
  )
})

describe('changing classes', () => {
  const whole = async (ask: Ask, id: string, tags: Tags) => {
    const { body } = await ask('GET', `/flows/${id}`)
    return ask('PUT', `/flows/${id}`, { ...(body as object), tags })
  }

  it(
    'takes each permission that is given or taken by it',
    served(async ({ as, asAsker }) => {
      const id = await putFlow(as('news'), ['news'])
      const tag = `/flows/${id}/tags/auth_classes`
      const refused = [403, 'auth_classes_beyond_permission']
      const writers: Ask[] = [
        as('editors'),
        as('ingest'),
        // Their class lets them do everything, but their token does not let them delete.
        asAsker({ groups: ['news'], scopes: ['tams-api/read', 'tams-api/write'] }),
      ]
      for (const ask of writers) {
        expect(await errorOf(ask('PUT', tag, ['news', 'sport']))).toEqual(refused)
        expect(await errorOf(ask('PUT', tag, ['news', 'nobody_has_it_yet']))).toEqual(refused)
        expect(await errorOf(ask('PUT', tag, []))).toEqual(refused)
        expect(await errorOf(ask('DELETE', tag))).toEqual(refused)
      }
      // The same by the whole flow: it leaves the tag out, or says another.
      for (const tags of [{}, { auth_classes: 'sport' }]) {
        expect(await errorOf(whole(as('editors'), id, tags))).toEqual(refused)
      }
      // Whoever may read lets others read, and no more than that.
      expect(await statusOf(as('editors')('PUT', tag, ['news', 'sport_ro']))).toBe(204)
      expect(await errorOf(as('ingest')('PUT', tag, ['news']))).toEqual(refused)
      expect(await statusOf(as('editors')('PUT', tag, ['sport_ro', 'news']))).toBe(204)
      expect(await statusOf(as('news')('PUT', tag, ['news', 'sport']))).toBe(204)
      expect(await statusOf(as('sport')('DELETE', tag))).toBe(204)
      expect(await statusOf(as('news', 'sport')('GET', `/flows/${id}`))).toBe(404)
    }),
  )

  it(
    'is the same for sources and webhooks',
    served(async ({ as }) => {
      const source = { id: randomUUID(), format: 'urn:x-nmos:format:video', tags: { auth_classes: ['news'] } }
      expect(await statusOf(as('news')('POST', '/sources', source))).toBe(201)
      const refused = [403, 'auth_classes_beyond_permission']
      const tag = `/sources/${source.id}/tags/auth_classes`
      expect(await errorOf(as('editors')('PUT', tag, 'sport'))).toEqual(refused)
      expect(await errorOf(as('editors')('DELETE', tag))).toEqual(refused)
      expect(await errorOf(as('editors')('PUT', `/sources/${source.id}`, { ...source, tags: {} }))).toEqual(
        refused,
      )
      const hook = { url: 'http://127.0.0.1:9/', events: [], tags: source.tags }
      const { body } = await as('news')('POST', '/service/webhooks', hook)
      const { id } = body as { id: string }
      const put = { ...hook, id, status: 'created' }
      expect(await errorOf(as('editors')('PUT', `/service/webhooks/${id}`, { ...put, tags: {} }))).toEqual(
        refused,
      )
      expect(await statusOf(as('editors')('PUT', `/service/webhooks/${id}`, put))).toBe(201)
      expect(await statusOf(as('news')('PUT', `/service/webhooks/${id}`, { ...put, tags: {} }))).toBe(201)
    }),
  )

  it(
    'is not needed to have a flow deleted one day: whoever says so may delete it',
    served(async ({ as }) => {
      const id = await putFlow(as('news'), ['news'])
      const tag = `/flows/${id}/tags/flow_retention_offset`
      expect(await errorOf(as('editors')('PUT', tag, '3600:0'))).toEqual([403, 'permission_missing'])
      expect(await statusOf(as('news')('PUT', tag, '3600:0'))).toBe(204)
      expect(await errorOf(as('editors')('DELETE', tag))).toEqual([403, 'permission_missing'])
    }),
  )

  it(
    'loses to whoever took the permission first',
    served(async ({ as }) => {
      const id = await putFlow(as('news'), ['news', 'sport'])
      const tag = `/flows/${id}/tags/auth_classes`
      const [taken, ...labels] = await Promise.all([
        as('news')('PUT', tag, ['news']),
        ...Array.from({ length: 20 }, (_, n) => as('sport')('PUT', `/flows/${id}/label`, `${n}`)),
      ])
      expect(taken.status).toBe(204)
      for (const { status } of labels) expect([204, 404]).toContain(status)
      expect(await statusOf(as('sport')('PUT', `/flows/${id}/label`, 'late'))).toBe(404)
    }),
  )
})

describe('a media object', () => {
  it(
    'is used again by those alone who may read it',
    served(async ({ as, admin }) => {
      const theirs = await putFlow(as('sport'), ['sport'])
      const object = await newObject(as('sport'), theirs)
      const own = await putFlow(as('news'), ['news'])
      const refused = [403, 'object_not_readable']
      const segment = { object_id: object, timerange: '[0:0_1:0)' }
      const path = `/flows/${own}/segments`
      expect(await errorOf(as('news')('POST', path, segment))).toEqual(refused)
      const elsewhere = { ...segment, get_urls: [{ url: 'https://a.example.com/', label: 'mine' }] }
      expect(await errorOf(as('news')('POST', path, elsewhere))).toEqual(refused)
      const { status, body } = await as('news')('POST', path, [
        segment,
        { ...segment, timerange: '[3:0_4:0)' },
      ])
      expect(status).toBe(200)
      const { failed_segments } = body as { failed_segments: { error: { type: string } }[] }
      expect(failed_segments.map(({ error }) => error.type)).toEqual([
        'object_not_readable',
        'object_not_readable',
      ])
      expect(await statusOf(as('news')('GET', `/objects/${object}`))).toBe(404)

      await as('sport')('PUT', `/flows/${theirs}/tags/auth_classes`, ['sport', 'news_ro'])
      expect(await useObject(as('news'), own, object)).toBe(201)
      expect(await statusOf(as('news')('GET', `/objects/${object}`))).toBe(200)
      // It is as much theirs now; what was lent once cannot be taken back from what was made of it.
      await as('sport')('PUT', `/flows/${theirs}/tags/auth_classes`, ['sport'])
      const { body: seen } = await as('news')('GET', `/objects/${object}`)
      expect(seen).toMatchObject({ referenced_by_flows: [own] })
      expect(seen).not.toHaveProperty('first_referenced_by_flow')
      const { body: all } = await admin('GET', `/objects/${object}`)
      expect(all).toMatchObject({
        referenced_by_flows: [own, theirs].toSorted(),
        first_referenced_by_flow: theirs,
      })
      const asked = await as('news')('GET', `/objects/${object}?flow_tag.auth_classes=sport`)
      expect(asked.body).toMatchObject({ referenced_by_flows: [] })
    }),
  )

  it(
    'may be repeated, and used again in its own flow, by those who only write',
    served(async ({ as }) => {
      const flow = await putFlow(as('ingest'), ['news'])
      const object = await newObject(as('ingest'), flow)
      expect(await useObject(as('ingest'), flow, object)).toBe(201)
      const later = { object_id: object, timerange: '[7:0_8:0)', ts_offset: '7:0' }
      expect(await statusOf(as('ingest')('POST', `/flows/${flow}/segments`, later))).toBe(201)
      const other = await putFlow(as('ingest'), ['news'])
      expect(await useObject(as('ingest'), other, object)).toBe(403)
    }),
  )

  it(
    'is not got by way of an init object either',
    served(async ({ as }) => {
      const fragmented = {
        essence_parameters: {
          frame_width: 1920,
          frame_height: 1080,
          frame_rate: { numerator: 25 },
          init_segments: true,
        },
      }
      const init = { url: 'https://a.example.com/init', label: 'a' }
      const put = async (ask: Ask, name: string) => {
        const flow = { ...bodyOf({ auth_classes: [name] }), ...fragmented }
        expect(await statusOf(ask('PUT', `/flows/${flow.id}`, flow))).toBe(201)
        return flow.id
      }
      const theirs = await put(as('sport'), 'sport')
      const { body } = await as('sport')('POST', `/flows/${theirs}/storage`, { limit: 2 })
      const [media, head] = (body as { media_objects: { object_id: string }[] }).media_objects
      const segment = { object_id: media!.object_id, timerange: '[0:0_1:0)', init_object_id: head!.object_id }
      expect(await statusOf(as('sport')('POST', `/flows/${theirs}/segments`, segment))).toBe(201)
      expect(await statusOf(as('sport')('GET', `/objects/${head!.object_id}`))).toBe(200)
      expect(await statusOf(as('news')('GET', `/objects/${head!.object_id}`))).toBe(404)

      const own = await put(as('news'), 'news')
      const stolen = {
        object_id: randomUUID(),
        timerange: '[0:0_1:0)',
        init_object_id: head!.object_id,
        get_urls: [init],
      }
      expect(await errorOf(as('news')('POST', `/flows/${own}/segments`, stolen))).toEqual([
        403,
        'object_not_readable',
      ])
      const next = { ...segment, object_id: randomUUID(), timerange: '[1:0_2:0)', get_urls: [init] }
      expect(await statusOf(as('sport')('POST', `/flows/${theirs}/segments`, next))).toBe(201)
    }),
  )
})

describe('collections', () => {
  it(
    'tell of nothing hidden, nor lose it',
    served(async ({ as, admin }) => {
      const shown = await putFlow(as('news'), ['news'])
      const hidden = await putFlow(as('sport'), ['sport'])
      const multi = multiFlow(randomUUID(), randomUUID(), { tags: { auth_classes: ['news', 'sport'] } })
      const path = `/flows/${multi.id}`
      const items = [
        { id: shown, role: 'a' },
        { id: hidden, role: 'b' },
      ]
      expect(await statusOf(admin('PUT', path, { ...multi, flow_collection: items }))).toBe(201)
      const collectionFor = async (ask: Ask) => (await ask('GET', `${path}/flow_collection`)).body
      const { body } = await as('news')('GET', path)
      expect(body).toMatchObject({ flow_collection: [items[0]] })
      expect((await as('news')('GET', '/flows?format=urn:x-nmos:format:multi')).body).toMatchObject([
        { flow_collection: [items[0]] },
      ])
      expect(await collectionFor(as('sport'))).toEqual([items[1]])

      // As it was read, it is put back: what was not shown stays.
      expect(await statusOf(as('news')('PUT', path, body))).toBe(204)
      expect(await collectionFor(admin)).toEqual(items)
      expect(await statusOf(as('news')('DELETE', `${path}/flow_collection`))).toBe(204)
      expect(await collectionFor(admin)).toEqual([items[1]])
      expect(await collectionFor(as('news'))).toEqual([])

      // What is hidden is missing, be it there or not.
      for (const id of [hidden, randomUUID()]) {
        expect(await errorOf(as('news')('PUT', `${path}/flow_collection`, [{ id, role: 'b' }]))).toEqual([
          400,
          'collected_flow_missing',
        ])
      }
    }),
  )

  it(
    'are hidden from what they collect',
    served(async ({ as, admin }) => {
      const member = bodyOf({ auth_classes: ['news'] })
      await as('news')('PUT', `/flows/${member.id}`, member)
      const collector = multiFlow(randomUUID(), randomUUID(), {
        tags: { auth_classes: ['sport'] },
        flow_collection: [{ id: member.id, role: 'a' }],
      })
      expect(await statusOf(admin('PUT', `/flows/${collector.id}`, collector))).toBe(201)
      for (const path of [`/flows/${member.id}`, `/sources/${member.source_id}`]) {
        expect((await admin('GET', path)).body).toHaveProperty('collected_by')
        expect((await as('news')('GET', path)).body).not.toHaveProperty('collected_by')
      }
      const collectedBy = (list: string, id: string) => `${list}?collected_by_ids=${id}`
      const lists = [
        ['/flows', collector.id],
        ['/sources', collector.source_id],
      ] as const
      for (const [list, id] of lists) {
        expect(await idsOf(admin('GET', collectedBy(list, id)))).toHaveLength(1)
        expect(await idsOf(as('news')('GET', collectedBy(list, id)))).toEqual([])
      }
      const { body } = await as('sport')('GET', `/sources/${collector.source_id}`)
      expect(body).not.toHaveProperty('source_collection')
    }),
  )
})

describe('deleting', () => {
  it('of a flow lets those follow it who may delete it', async () =>
    withServedApp(
      CONFIG,
      async ({ as }) => {
        const id = await putFlow(as('news'), ['news'])
        await newObject(as('news'), id)
        expect(await statusOf(as('editors')('DELETE', `/flows/${id}`))).toBe(403)
        const { status, body } = await as('news')('DELETE', `/flows/${id}`)
        expect(status).toBe(202)
        const path = `/flow-delete-requests/${(body as { id: string }).id}`
        expect(await statusOf(as('news')('GET', path))).toBe(200)
        expect(await statusOf(as('viewers')('GET', path))).toBe(403)
        expect(await statusOf(as('sport')('GET', path))).toBe(404)
        expect(await statusOf(as('sport')('POST', `/flows/${id}/restore`))).toBe(404)
        expect(await statusOf(as('editors')('POST', `/flows/${id}/restore`))).toBe(403)
        expect(await statusOf(as('news')('POST', `/flows/${id}/restore`))).toBe(200)
        expect(await statusOf(as('news')('GET', `/flows/${id}`))).toBe(200)
      },
      () => ({ mediaDeleteGraceSeconds: 60 }),
    ))

  it(
    'of a source takes none of its flows that may not be deleted, and names none that is hidden',
    served(async ({ as, admin }) => {
      const own = bodyOf({ auth_classes: ['news'] })
      await as('news')('PUT', `/flows/${own.id}`, own)
      const hidden = { ...bodyOf({ auth_classes: ['sport'] }), source_id: own.source_id }
      expect(await statusOf(admin('PUT', `/flows/${hidden.id}`, hidden))).toBe(201)
      const path = `/sources/${own.source_id}`
      expect(await errorOf(as('news')('DELETE', `${path}?cascade=true`))).toEqual([403, 'permission_missing'])
      const { status, body } = await as('news')('DELETE', path)
      expect([status, JSON.stringify(body).includes(hidden.id)]).toEqual([409, false])
      expect(JSON.stringify(body)).toContain(own.id)
      expect(await statusOf(as('news')('GET', `/flows/${own.id}`))).toBe(200)
    }),
  )
})

describe('storage backends', () => {
  const withClasses = (use: (app: ServedApp) => Promise<void>) =>
    withServedApp(CONFIG, use, ({ services }) => ({
      storageBackends: storageBackends(
        services.storageBackends.all.map((backend) => ({
          ...backend,
          isDefault: backend.id === BACKEND_ID,
          tags: { auth_classes: backend.id === BACKEND_ID ? ['sport', 'news_ro'] : ['news'] },
        })),
      ),
    }))

  it('are listed and written by their classes', async () => {
    await withClasses(async ({ as, admin }) => {
      const path = '/service/storage-backends'
      expect(await idsOf(as('news')('GET', path))).toEqual([BACKEND_ID, SHELF_ID].toSorted())
      expect(await idsOf(as('sport')('GET', path))).toEqual([BACKEND_ID])
      expect(await idsOf(as('strangers')('GET', path))).toEqual([])
      expect(await idsOf(admin('GET', path))).toHaveLength(2)

      const flow = await putFlow(as('news'), ['news'])
      const allocate = (ask: Ask, storage_id?: string) =>
        ask('POST', `/flows/${flow}/storage`, { limit: 1, ...(storage_id !== undefined && { storage_id }) })
      expect(await errorOf(allocate(as('news')))).toEqual([403, 'permission_missing'])
      expect(await errorOf(allocate(as('news'), BACKEND_ID))).toEqual([403, 'permission_missing'])
      expect(await statusOf(allocate(as('news'), SHELF_ID))).toBe(201)
      const theirs = await putFlow(as('sport'), ['sport'])
      const hidden = await as('sport')('POST', `/flows/${theirs}/storage`, { limit: 1, storage_id: SHELF_ID })
      const unknown = await as('sport')('POST', `/flows/${theirs}/storage`, {
        limit: 1,
        storage_id: randomUUID(),
      })
      expect([hidden.status, (hidden.body as { summary: string }).summary]).toEqual([
        400,
        (unknown.body as { summary: string }).summary,
      ])
    })
  })

  it('without classes are for all', async () => {
    await withServedApp(CONFIG, async ({ as }) => {
      expect(await idsOf(as('strangers')('GET', '/service/storage-backends'))).toHaveLength(2)
    })
  })
})

describe('a webhook', () => {
  it(
    'tells of no flow or source that whoever asks may not read',
    served(async ({ as }) => {
      const theirs = bodyOf({ auth_classes: ['sport'] })
      await as('sport')('PUT', `/flows/${theirs.id}`, theirs)
      const own = await putFlow(as('news'), ['news'])
      const hook = { url: 'http://127.0.0.1:9/', events: ['flows/updated'], tags: { auth_classes: ['news'] } }
      const post = (more: object) => as('news')('POST', '/service/webhooks', { ...hook, ...more })
      for (const id of [theirs.id, randomUUID()]) {
        expect(await statusOf(post({ flow_ids: [own, id] }))).toBe(404)
        expect(await statusOf(post({ flow_collected_by_ids: [id] }))).toBe(404)
      }
      expect(await statusOf(post({ source_ids: [theirs.source_id] }))).toBe(404)
      const { status, body } = await post({ flow_ids: [own] })
      expect(status).toBe(201)
      expect(body).not.toHaveProperty('reader')
      const { id } = body as { id: string }
      expect((await as('news')('GET', `/service/webhooks/${id}`)).body).not.toHaveProperty('reader')
      expect(await idsOf(as('sport')('GET', '/service/webhooks'))).toEqual([])
      expect(await idsOf(as('viewers')('GET', '/service/webhooks'))).toEqual([id])
    }),
  )
})
