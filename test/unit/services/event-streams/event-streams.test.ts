import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import type { PublicEventType } from '../../../../contracts/events/public/public-event-type.ts'
import { WebhookEventType } from '../../../../contracts/resources/webhook.ts'
import { parseCursor } from '../../../../services/event-streams/event-cursor.ts'
import { NO_URLS, urlChoice } from '../../../../services/event-streams/event-message.ts'
import { answerWithStream, eventSink } from '../../../../services/event-streams/event-sink.ts'
import type { EventStreams } from '../../../../services/event-streams/event-streams.ts'
import { openEventStreams } from '../../../../services/event-streams/open-event-streams.ts'
import { openEventIndex } from '../../../../services/public-events/event-index.ts'
import { keepIndex } from '../../../../services/public-events/keep-index.ts'
import { eventStreamParser, type StreamBlock } from '../../../../services/subscriber/event-stream-parser.ts'
import { type CommandHarness, openCommandHarness } from '../../../support/command-harness.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'
import { withFolder } from '../../../support/running-service.ts'
import { until } from '../../../support/webhook-receiver.ts'

type Served = {
  readonly harness: CommandHarness
  readonly streams: EventStreams
  readonly port: number
  /** Streams that were asked for so far. */
  readonly begun: () => number
}

/**
 * Serves the events of a log after the cursor in a request's path, to readers who may be slow for so long: those of
 * some `types`, with URLs of some `labels`.
 */
async function withStreams(
  { patienceMs, heartbeatMs }: { readonly patienceMs: number; readonly heartbeatMs: number },
  use: (served: Served) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const harness = await openCommandHarness(folder)
    const { log, catalog } = harness
    const indexPath = join(folder, 'public-events.db')
    const index = await openEventIndex(indexPath, log)
    const keeping = keepIndex(log, index)
    const logger = pino({ level: 'silent' })
    const { streams, close } = openEventStreams({
      log,
      catalog,
      indexPath,
      storageBackends: harness.services.storageBackends,
      publicUrl: () => 'http://localhost',
      logger,
      heartbeatMs,
    })
    let begun = 0
    const server = createServer(async ({ url = '' }, response) => {
      begun++
      const { pathname, searchParams } = new URL(url, 'http://localhost')
      const cursor = parseCursor(pathname.slice(1))!
      const types = searchParams.get('types')?.split(',') as PublicEventType[] | undefined
      const labels = searchParams.get('labels')?.split(',')
      const head = await log.head()
      answerWithStream(response)
      streams.open(eventSink(response, patienceMs), {
        cursor,
        head,
        types: types ?? WebhookEventType.options,
        wants: undefined,
        urls: labels ? urlChoice({ accept_get_urls: labels }) : NO_URLS,
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await use({ harness, streams, port, begun: () => begun }).finally(streams.stop)
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await keeping.stop()
    index.close()
    close()
    await harness.close()
  })
}

type Client = {
  readonly socket: Socket
  /** What it has read so far. */
  blocks(): readonly StreamBlock[]
  readonly ended: Promise<void>
}

function readAfter(port: number, cursor: string): Client {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  // HTTP/1.0 has no chunks.
  socket.write(`GET /${cursor} HTTP/1.0\r\n\r\n`)
  const parser = eventStreamParser()
  const blocks: StreamBlock[] = []
  let head: string | undefined = ''
  socket.setEncoding('utf8')
  socket.on('data', (text: string) => {
    if (head === undefined) return void blocks.push(...parser.push(text))
    head += text
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) return
    blocks.push(...parser.push(head.slice(end + 4)))
    head = undefined
  })
  return {
    socket,
    blocks: () => blocks,
    ended: new Promise((resolve) => socket.once('close', () => resolve())),
  }
}

const idsOf = (blocks: readonly StreamBlock[]): readonly string[] =>
  blocks.flatMap(({ data }) => (data === undefined ? [] : [JSON.parse(data).id]))

/** How many events there are: cheap, as it is asked again and again. */
const countOf = (blocks: readonly StreamBlock[]): number =>
  blocks.filter(({ data }) => data !== undefined).length

const LARGE = 'x'.repeat(150_000)

describe('streams of events', () => {
  it('let go of a reader that takes nothing, and it goes on where it was', async () => {
    // Longer than this process may be kept from reading what the quick one is sent.
    await withStreams({ patienceMs: 3_000, heartbeatMs: 60_000 }, async ({ harness, streams, port }) => {
      const flow = videoFlow(randomUUID(), randomUUID())
      const slow = readAfter(port, '0')
      const quick = readAfter(port, '0')
      await until(() => streams.count() === 2, 'both are connected')
      slow.socket.pause()
      for (let i = 0; i < 100; i++) await harness.putFlow({ ...flow, description: `${i} ${LARGE}` })
      await until(() => streams.count() === 1, 'the slow one is let go')
      await until(() => countOf(quick.blocks()) === 101, 'the quick one has everything')

      slow.socket.resume()
      await slow.ended
      const taken = slow.blocks()
      expect(idsOf(taken).length).toBeLessThan(101)
      const again = readAfter(port, taken.findLast(({ id }) => id !== undefined)!.id!)
      await until(() => countOf(taken) + countOf(again.blocks()) >= 101, 'it has the rest')
      expect([...idsOf(taken), ...idsOf(again.blocks())]).toEqual(idsOf(quick.blocks()))
    })
  })

  it('say now and then that they are there, and how far they have come', async () => {
    await withStreams({ patienceMs: 60_000, heartbeatMs: 20 }, async ({ harness, port }) => {
      const reader = readAfter(port, '0')
      await until(() => reader.blocks().length > 2, 'heartbeats')
      expect(reader.blocks().slice(0, 2)).toEqual([{ id: '0', retry: 2000 }, { id: '0' }])
      await harness.updateService({ name: 'another' })
      const head = String(await harness.log.head())
      await until(() => reader.blocks().at(-1)?.id === head, 'that it has seen what is not told')
      expect(idsOf(reader.blocks())).toEqual([])
      reader.socket.destroy()
    })
  })

  it('are over when their readers are gone, however early', async () => {
    await withStreams({ patienceMs: 60_000, heartbeatMs: 60_000 }, async ({ streams, port, begun }) => {
      for (let i = 0; i < 30; i++) {
        const { socket } = readAfter(port, '0')
        if (i % 3 === 0) socket.once('data', () => socket.destroy())
        else setTimeout(() => socket.destroy(), i % 3)
      }
      readAfter(port, '0')
      await until(() => begun() > 10 && streams.count() === 1, 'only the last is left')
    })
  })

  it('tell of many segments in parts, and go on after each of them', async () => {
    await withStreams({ patienceMs: 60_000, heartbeatMs: 60_000 }, async ({ harness, port }) => {
      const flow = videoFlow(randomUUID(), randomUUID())
      await harness.putFlow(flow)
      const objects = Array.from({ length: 4_000 }, (_, i) => `${i}-${'o'.repeat(400)}`)
      await harness.allocate(flow.id, ...objects)
      const begin = String(await harness.log.head())
      const outcome = await harness.register(
        flow.id,
        ...objects.map((object_id, i) => ({ object_id, timerange: `[${i}:0_${i + 1}:0)` })),
      )
      expect(outcome).not.toHaveProperty('refused')

      const segmentsOf = (blocks: readonly StreamBlock[]): readonly string[] =>
        blocks.flatMap(({ data }) =>
          data === undefined
            ? []
            : JSON.parse(data).data.event.segments.map(({ object_id }: { object_id: string }) => object_id),
        )
      const whole = readAfter(port, begin)
      await until(() => segmentsOf(whole.blocks()).length >= objects.length, 'all segments')
      expect(segmentsOf(whole.blocks())).toEqual(objects)
      const parts = whole.blocks().filter(({ data }) => data !== undefined)
      expect(parts.length).toBeGreaterThan(1)
      expect(new Set(idsOf(parts)).size).toBe(parts.length)

      const first = parts[0]!
      const rest = readAfter(port, first.id!)
      const left = objects.length - segmentsOf([first]).length
      await until(() => segmentsOf(rest.blocks()).length >= left, 'the others')
      expect(segmentsOf(rest.blocks())).toEqual(objects.slice(-left))
    })
  })

  it('tell of objects to whoever asks for that, of the past and of now, and to nobody else', async () => {
    await withStreams({ patienceMs: 5_000, heartbeatMs: 20 }, async ({ harness, streams, port }) => {
      const flow = videoFlow(randomUUID(), randomUUID())
      const typesOf = (client: Client): readonly string[] =>
        client.blocks().flatMap(({ event }) => event ?? [])
      const add = async (id: string, second: number) => {
        await harness.allocate(flow.id, id)
        await harness.register(flow.id, { object_id: id, timerange: `[${second}:0_${second + 1}:0)` })
      }
      await harness.putFlow(flow)
      const others = readAfter(port, '0')
      await until(() => typesOf(others).length === 2, 'the flow and its source')
      await add('a', 0)
      const objects = '?types=objects/allocated,objects/created'
      const first = readAfter(port, `0${objects}`)
      await until(() => typesOf(first).length === 2, 'the past')
      await add('b', 1)
      await until(() => typesOf(first).length === 4, 'the present')
      first.socket.destroy()
      await until(() => streams.count() === 1, 'it is gone')
      const beats = others.blocks().length
      await until(() => others.blocks().length > beats + 2, 'heartbeats: nobody asks for objects any more')
      await add('c', 2)
      const again = readAfter(port, `${await harness.log.head()}${objects}`)
      await until(() => streams.count() === 2 && again.blocks().length > 0, 'it is back')
      await add('d', 3)
      await until(() => typesOf(again).length === 2 && typesOf(others).length === 6, 'the present')
      const made = ['tams.objects.allocated', 'tams.objects.created']
      expect([typesOf(first), typesOf(again)]).toEqual([[...made, ...made], made])
      expect(new Set(typesOf(others))).toEqual(
        new Set(['tams.sources.created', 'tams.flows.created', 'tams.flows.segments_added']),
      )
      for (const { socket } of [others, again]) socket.destroy()
    })
  })

  it('give each reader the URLs it asks for, live and of the past', async () => {
    await withStreams({ patienceMs: 5_000, heartbeatMs: 60_000 }, async ({ harness, port }) => {
      const flow = videoFlow(randomUUID(), randomUUID())
      await harness.putFlow(flow)
      const begin = String(await harness.log.head())
      await harness.allocate(flow.id, 'a', 'b')
      await harness.register(flow.id, { object_id: 'a', timerange: '[0:0_1:0)' })
      await harness.addUrl('a', 'web', 'https://web.example/a')
      await harness.addUrl('a', 'archive', 'https://archive.example/a')
      await harness.catalog.reached(await harness.log.head())

      const labels = [undefined, 'web', 'archive', 'web,archive', 'none']
      const readers = labels.map((asked) => readAfter(port, begin + (asked ? `?labels=${asked}` : '')))
      const segmentsOf = (client: Client): readonly { object_id: string; get_urls: { url: string }[] }[] =>
        client
          .blocks()
          .flatMap(({ data }) => (data === undefined ? [] : JSON.parse(data).data.event.segments))
      await until(() => readers.every((reader) => segmentsOf(reader).length === 1), 'the past')
      await harness.register(flow.id, { object_id: 'a', timerange: '[1:0_2:0)', ts_offset: '1:0' })
      await until(() => readers.every((reader) => segmentsOf(reader).length === 2), 'the present')
      const urlsOf = (client: Client) =>
        segmentsOf(client).map(({ get_urls }) => get_urls.map(({ url }) => new URL(url).host))
      expect(readers.map(urlsOf)).toEqual(
        [[], ['web.example'], ['archive.example'], ['archive.example', 'web.example'], []].map((hosts) => [
          hosts,
          hosts,
        ]),
      )
      for (const { socket } of readers) socket.destroy()
    })
  })
})
