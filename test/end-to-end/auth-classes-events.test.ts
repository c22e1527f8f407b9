import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { AuthClassesConfig } from '../../services/config/load-auth-classes.ts'
import { eventStreamParser } from '../../services/subscriber/event-stream-parser.ts'
import { type Ask, type Asker, type ServedApp, withServedApp } from '../support/access/served-app.ts'
import { multiFlow, videoFlow } from '../support/flow-metadata.ts'
import { startCli } from '../support/run-cli.ts'
import { until, webhookReceiver } from '../support/webhook-receiver.ts'

const ALL = ['read', 'write', 'delete'] as const
const CONFIG: AuthClassesConfig = {
  news: { news: ALL },
  sport: { sport: ALL },
  viewers: { news: ['read'] },
  writers: { news: ['write'] },
}
const FILE = JSON.stringify({
  news: { news: 'rwd' },
  sport: { sport: 'rwd' },
  viewers: { news: 'r' },
  writers: { news: 'w' },
})

/** An event as it is told, as far as it is compared: what it is of, and what it says of that. */
type Told = { readonly type: string; readonly id: string; readonly event: Record<string, unknown> }

const toldOf = ({ event_type, event }: { event_type: string; event: Record<string, unknown> }): Told => {
  const whole = (event['flow'] ?? event['source'] ?? event) as Record<string, unknown>
  return { type: event_type, id: String(whole['id'] ?? event['flow_id'] ?? event['source_id']), event: whole }
}

const THE_END = 'the end'
const isEnd = ({ type, event }: Told): boolean => type === 'flows/created' && event['label'] === THE_END

/** What happens: a flow that changes hands and goes, others on either side, and a collection of both. */
async function story(ask: Ask) {
  const [moving, news, sport, multi, end] = Array.from({ length: 5 }, () => randomUUID()) as [
    string,
    string,
    string,
    string,
    string,
  ]
  const tags = (...classes: string[]) => ({ tags: { auth_classes: classes } })
  const done = async (answer: ReturnType<Ask>) => expect((await answer).status).toBeLessThan(300)
  const put = (id: string, ...classes: string[]) =>
    done(ask('PUT', `/flows/${id}`, videoFlow(id, `${id.slice(0, -1)}0`, tags(...classes))))
  const addSegment = async (second: number) => {
    const { body } = await ask('POST', `/flows/${moving}/storage`, { limit: 1 })
    const { object_id } = (body as { media_objects: { object_id: string }[] }).media_objects[0]!
    const segment = { object_id, timerange: `[${second}:0_${second + 1}:0)` }
    await done(ask('POST', `/flows/${moving}/segments`, segment))
  }
  await put(moving, 'news')
  await put(news, 'news')
  await put(sport, 'sport')
  await addSegment(0)
  await done(ask('PUT', `/flows/${moving}/tags/auth_classes`, ['sport']))
  await addSegment(1)
  const items = [
    { id: news, role: 'a' },
    { id: sport, role: 'b' },
  ]
  const collection = multiFlow(multi, randomUUID(), { ...tags('news', 'sport'), flow_collection: items })
  await done(ask('PUT', `/flows/${multi}`, collection))
  await done(ask('PUT', `/flows/${moving}/label`, 'ours now'))
  await done(ask('DELETE', `/flows/${moving}`))
  await done(ask('DELETE', `/flows/${news}`))
  await done(
    ask('PUT', `/flows/${end}`, videoFlow(end, randomUUID(), { label: THE_END, ...tags('news', 'sport') })),
  )
  return { moving, news, sport, multi, end }
}

type Story = Awaited<ReturnType<typeof story>>

const flowEvents = (all: readonly Told[]) =>
  all.flatMap(({ type, id }) => (type.startsWith('flows/') ? [[type, id]] : []))

const forNews = ({ moving, news, multi, end }: Story) => [
  ['flows/created', moving],
  ['flows/created', news],
  ['flows/segments_added', moving],
  ['flows/created', multi],
  ['flows/deleted', news],
  ['flows/created', end],
]
/** What changed its classes is told to those that can see it from then on. */
const forSport = ({ moving, sport, multi, end }: Story) => [
  ['flows/created', sport],
  ['flows/updated', moving],
  ['flows/segments_added', moving],
  ['flows/created', multi],
  ['flows/updated', moving],
  ['flows/deleted', moving],
  ['flows/segments_deleted', moving],
  ['flows/created', end],
]

/** Reads the stream of events until it has told of what comes last. */
async function readUntil(
  { url, credentialsOf }: ServedApp,
  asker: Asker,
  query: string,
  isEnd: (told: Told) => boolean,
) {
  const response = await fetch(`${url}/events${query}`, {
    headers: credentialsOf(asker),
  })
  expect(response.status).toBe(200)
  const parser = eventStreamParser()
  const decoder = new TextDecoder()
  const all: Told[] = []
  for await (const bytes of response.body!) {
    for (const { data } of parser.push(decoder.decode(bytes, { stream: true }))) {
      if (data === undefined) continue
      const told = toldOf(JSON.parse(data).data)
      all.push(told)
      if (!isEnd(told)) continue
      return all
    }
  }
  throw new Error('the stream ended')
}

describe('the stream of events', () => {
  it('tells what is of the classes of whoever reads it, as they were then, live and from history', async () => {
    await withServedApp(CONFIG, async (app) => {
      const everyone = [{ groups: ['news'] }, { groups: ['sport'] }, { groups: ['news', 'sport'] }]
      const read = (asker: Asker) => readUntil(app, asker, '?from=0', isEnd)
      const live = everyone.map(read)
      const told = await story(app.admin)
      const past = await Promise.all(everyone.map(read))
      expect((await Promise.all(live)).map(flowEvents)).toEqual(past.map(flowEvents))
      const [news, sport, both] = past
      expect(flowEvents(news!)).toEqual(forNews(told))
      expect(flowEvents(sport!)).toEqual(forSport(told))
      const collectionIn = (all: readonly Told[]) => all.find(({ id }) => id === told.multi)?.event
      expect(collectionIn(sport!)).toMatchObject({ flow_collection: [{ id: told.sport, role: 'b' }] })
      // What is gone by now is named to nobody.
      expect(collectionIn(both!)).toMatchObject({ flow_collection: [{ id: told.sport, role: 'b' }] })
      expect(JSON.stringify(sport)).not.toContain(told.news)
      expect(JSON.stringify(news)).not.toContain(told.sport)
    })
  })

  it('tells of objects, and of deletions, only to who may see them', async () => {
    await withServedApp(CONFIG, async (app) => {
      const types = 'types=objects/allocated,flow_delete_requests/created,flows/created,flows/updated'
      const { end } = await story(app.admin)
      const asked = await app.admin('POST', '/flow-delete-requests', { flow_id: end, timerange: '[0:0_1:0)' })
      expect(asked.status).toBe(202)
      await app.admin('PUT', `/flows/${end}/label`, 'over')
      const isOver = ({ type, event }: Told) => type === 'flows/updated' && event['label'] === 'over'
      const seenBy = async (asker: Asker) => {
        const all = await readUntil(app, asker, `?from=0&${types}`, isOver)
        return [...new Set(all.map(({ type }) => type))].toSorted()
      }
      const ofFlows = ['flows/created', 'flows/updated']
      expect(await seenBy({ groups: ['viewers'] })).toEqual(ofFlows)
      expect(await seenBy({ groups: ['news'] })).toEqual(['flow_delete_requests/created', ...ofFlows])
      expect(await seenBy({ groups: [], scopes: ['tams-api/admin'] })).toEqual([
        'flow_delete_requests/created',
        ...ofFlows,
        'objects/allocated',
      ])
    })
  })
})

describe('webhooks', () => {
  it('are told with the permissions of who wrote them, as long as the groups have those', async () => {
    const receiver = await webhookReceiver()
    await withServedApp(
      CONFIG,
      async ({ as, admin, folder }) => {
        const EVENTS = [
          'flows/created',
          'flows/updated',
          'flows/deleted',
          'flows/segments_added',
          'flows/segments_deleted',
        ]
        const register = async (ask: Ask, name: string, classes: readonly string[]) => {
          const hook = { url: `${receiver.url}/${name}`, events: EVENTS, tags: { auth_classes: classes } }
          const { status, body } = await ask('POST', '/service/webhooks', hook)
          expect(status).toBe(201)
          const { id } = body as { id: string }
          return { ...hook, id, status: 'created' as const }
        }
        const path = join(folder, 'classes.json')
        writeFileSync(path, FILE)
        const environment = { DATA_DIR: folder, AUTH_CLASSES_FILE: path, PUBLIC_URL: 'http://localhost' }
        const deliver = () => startCli(['webhooks', 'deliver'], environment)
        await register(as('news'), 'news', ['news'])
        // Who may see the webhook is not who it is told for.
        await register(as('sport'), 'sport', ['sport'])
        const shared = await register(admin, 'shared', ['sport'])
        await register(admin, 'all', [])
        // Led elsewhere by someone who may read less, it is told of less.
        expect((await as('sport')('PUT', `/service/webhooks/${shared.id}`, shared)).status).toBe(201)

        const first = deliver()
        const told = await story(admin)
        const toldTo = (name: string) =>
          receiver.acknowledged(`/${name}`).map(({ body }) => toldOf(body as Parameters<typeof toldOf>[0]))
        const isOver = (id: string) => (name: string) =>
          toldTo(name).some((each) => each.id === id && each.type === 'flows/created')
        await until(() => ['news', 'sport', 'shared', 'all'].every(isOver(told.end)), 'all are told')
        expect(flowEvents(toldTo('news'))).toEqual(forNews(told))
        expect(flowEvents(toldTo('sport'))).toEqual(forSport(told))
        expect(flowEvents(toldTo('shared'))).toEqual(forSport(told))
        expect(toldTo('all').length).toBeGreaterThan(forSport(told).length)
        expect(JSON.stringify(toldTo('news'))).not.toContain(told.sport)
        expect(JSON.stringify(toldTo('sport'))).not.toContain(told.news)
        expect(JSON.stringify(toldTo('all'))).toContain(told.sport)
        first.process.kill('SIGTERM')
        expect(await first.ended).toMatchObject({ code: 0 })

        // The file gives news less, and sport more: webhooks only ever lose by it.
        writeFileSync(path, JSON.stringify({ news: { news: 'w' }, sport: { sport: 'rwd', news: 'r' } }))
        const before = { news: toldTo('news').length, sport: toldTo('sport').length }
        const second = deliver()
        const next = await story(admin)
        await until(() => ['sport', 'shared', 'all'].every(isOver(next.end)), 'the others are told')
        expect(toldTo('news')).toHaveLength(before.news)
        expect(flowEvents(toldTo('sport').slice(before.sport))).toEqual(forSport(next))
        second.process.kill('SIGTERM')
        expect(await second.ended).toMatchObject({ code: 0 })
      },
      undefined,
      false,
    )
    await receiver.close()
  })
})
