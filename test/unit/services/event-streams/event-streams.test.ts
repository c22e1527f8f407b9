import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { WebhookEventType } from '../../../../contracts/resources/webhook.ts'
import { parseCursor } from '../../../../services/event-streams/event-cursor.ts'
import { answerWithStream, eventSink } from '../../../../services/event-streams/event-sink.ts'
import type { EventStreams } from '../../../../services/event-streams/event-streams.ts'
import { openEventStreams } from '../../../../services/event-streams/open-event-streams.ts'
import { openEventIndex } from '../../../../services/public-events/event-index.ts'
import { keepIndex } from '../../../../services/public-events/keep-index.ts'
import { TOLD_TYPES } from '../../../../services/public-events/told-as.ts'
import { webhookFilter } from '../../../../services/public-events/webhook-filter.ts'
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

/** Serves the events of a log after the cursor in a request's path, to readers who may be slow for so long. */
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
      publicUrl: () => 'http://localhost',
      logger,
      heartbeatMs,
    })
    let begun = 0
    const server = createServer(async ({ url = '' }, response) => {
      begun++
      const cursor = parseCursor(url.slice(1))!
      const head = await log.head()
      answerWithStream(response)
      streams.open(eventSink(response, patienceMs), {
        cursor,
        head,
        types: TOLD_TYPES,
        wants: webhookFilter({ events: WebhookEventType.options }),
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
})
