import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import {
  type InputOptions,
  openInput,
  type SegmentInput,
} from '../../../../../services/cli/ingest/segment-input.ts'
import { createResourceReader } from '../../../../../services/cli/media/resource-reader.ts'
import { type Script, startScriptedServer } from '../../../../support/scripted-server.ts'
import { createTestClient } from '../../../../support/tams-client.ts'
import { temporaryDirectory } from '../../../../support/temporary-directory.ts'

const { path: directory, remove } = temporaryDirectory()
afterAll(remove)
const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const { close } of opened.splice(0).reverse()) await close()
})

async function inputOf(
  names: (url: URL) => readonly string[],
  script: Script,
  options: Partial<InputOptions> = {},
) {
  const server = await startScriptedServer(script)
  const client = createTestClient(server.url)
  const reader = createResourceReader(client.http, new AbortController().signal)
  opened.push(server, client, reader)
  const warnings: string[] = []
  const input = await openInput(names(server.url), {
    variant: undefined,
    follow: false,
    init: undefined,
    reader,
    stopped: new AbortController().signal,
    warn: (text) => warnings.push(text),
    ...options,
  })
  return { input, warnings, server }
}

async function names({ segments }: SegmentInput): Promise<string[]> {
  const found: string[] = []
  for await (const { media } of segments) found.push(basename(media.url.pathname))
  return found
}

const nothing: Script = (_, response) => void response.writeHead(404).end()
const live = (first: number, last: number, end = '') => {
  const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index)
  const entries = numbers.map((number) => `#EXTINF:0.001,\n${number}.ts\n`)
  // A target of nothing: then the test need not wait between two readings.
  return `#EXTM3U\n#EXT-X-TARGETDURATION:0.001\n#EXT-X-MEDIA-SEQUENCE:${first}\n${entries.join('')}${end}`
}

describe('what to ingest', () => {
  it('is what a playlist on disk lists', async () => {
    const path = join(directory, 'list.m3u8')
    writeFileSync(
      path,
      '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\na/1.ts\n#EXTINF:4,\n2.ts\n#EXT-X-ENDLIST\n',
    )
    const { input } = await inputOf(() => [path], nothing)
    expect(input).toMatchObject({ name: `file://${path}`, count: 2, targetDurationSeconds: 4 })
    expect(await names(input)).toEqual(['1.ts', '2.ts'])
  })

  it('is what the best variant of a master playlist lists, and tells what that leaves out', async () => {
    const { input, warnings, server } = await inputOf(
      (url) => [`${url}master.m3u8?token=secret`],
      ({ path }, response) => {
        const master = `#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="en",URI="audio.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1
low.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=2,AUDIO="a"
high.m3u8`
        response.end(path.startsWith('/master') ? master : live(1, 2, '#EXT-X-ENDLIST\n'))
      },
    )
    expect(input.name).toBe(`${server.url}high.m3u8`)
    expect(warnings).toEqual([
      `variant 2 leaves this to a playlist of its own, not ingested here: ${server.url}audio.m3u8`,
    ])
  })

  it('is the segments named, in the order named', async () => {
    const { input } = await inputOf(() => ['b.m4s', '/x/a.m4s'], nothing, { init: 'init.mp4' })
    const keys: string[] = []
    for await (const { key, init } of input.segments)
      keys.push(`${key} ${basename(init?.url.pathname ?? '')}`)
    expect([input.count, keys]).toEqual([2, ['0 b.m4s init.mp4', '1 a.m4s init.mp4']])
  })

  it('is either a playlist or segments', async () => {
    await expect(inputOf(() => ['a.m3u8', 'b.ts'], nothing)).rejects.toThrow('either one playlist, or')
  })
})

describe('a live playlist', () => {
  it('ends with what it lists now, unless it is followed', async () => {
    const { input } = await inputOf(
      (url) => [`${url}live.m3u8`],
      (_, response) => void response.end(live(3, 5)),
    )
    expect([input.count, await names(input)]).toEqual([3, ['3.ts', '4.ts', '5.ts']])
  })

  it('is read again until it ends, and gives each segment once', async () => {
    const readings = [live(1, 3), live(1, 3), live(2, 5), live(4, 6, '#EXT-X-ENDLIST\n')]
    const { input } = await inputOf(
      (url) => [`${url}live.m3u8`],
      (_, response, count) => void response.end(readings[count]),
      { follow: true },
    )
    expect([input.count, await names(input)]).toEqual([
      undefined,
      [1, 2, 3, 4, 5, 6].map((number) => `${number}.ts`),
    ])
  })

  it('ends when it is told to', async () => {
    const stopping = new AbortController()
    const { input } = await inputOf(
      (url) => [`${url}live.m3u8`],
      (_, response, count) => {
        if (count === 2) stopping.abort()
        response.end(live(1, count + 1))
      },
      { follow: true, stopped: stopping.signal },
    )
    expect(await names(input)).toEqual(['1.ts', '2.ts', '3.ts'])
  })
})
