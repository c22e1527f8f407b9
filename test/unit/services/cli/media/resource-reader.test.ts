import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { FileRange } from '../../../../../services/cli/media/file-range.ts'
import { createResourceReader } from '../../../../../services/cli/media/resource-reader.ts'
import { type Script, type ScriptedServer, startScriptedServer } from '../../../../support/scripted-server.ts'
import { createTestClient, type TestClient } from '../../../../support/tams-client.ts'
import { temporaryDirectory } from '../../../../support/temporary-directory.ts'

const { path: directory, remove } = temporaryDirectory()
afterAll(remove)
const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const { close } of opened.splice(0).reverse()) await close()
})

const media = Buffer.from('0123456789')
const contents = ({ path, start, sizeBytes }: FileRange) =>
  readFileSync(path)
    .subarray(start, start + sizeBytes)
    .toString()

async function readerWith(script: Script = () => undefined) {
  const server: ScriptedServer = await startScriptedServer(script)
  const client: TestClient = createTestClient(server.url)
  const reader = createResourceReader(client.http, new AbortController().signal)
  opened.push(server, client, reader)
  return { server, reader }
}

describe('a resource on disk', () => {
  const path = join(directory, 'a segment#1.ts')
  writeFileSync(path, media)
  const url = pathToFileURL(path)

  it('is read where it is, whole or in part', async () => {
    const { reader } = await readerWith()
    const whole = await reader.fetch({ url, range: undefined })
    const part = await reader.fetch({ url, range: { offset: 2, length: 3 } })
    expect([whole.range, part.range]).toEqual([
      { path, start: 0, sizeBytes: 10 },
      { path, start: 2, sizeBytes: 3 },
    ])
    await whole.release()
    expect(readFileSync(path).equals(media)).toBe(true)
  })

  it('is refused where the part is not in it', async () => {
    const { reader } = await readerWith()
    await expect(reader.fetch({ url, range: { offset: 8, length: 3 } })).rejects.toThrow('beyond the end')
  })
})

describe('a resource on a server', () => {
  it('is there until it is released', async () => {
    const { reader, server } = await readerWith((_, response) => void response.end(media))
    const local = await reader.fetch({ url: new URL('/1.ts', server.url), range: undefined })
    expect(contents(local.range)).toBe('0123456789')
    await local.release()
    expect(() => contents(local.range)).toThrow('ENOENT')
  })

  it('is kept apart from others that come at the same time', async () => {
    const { reader, server } = await readerWith(({ path }, response) => void response.end(path))
    const paths = Array.from({ length: 8 }, (_, number) => `/${number}`)
    const locals = await Promise.all(
      paths.map((path) => reader.fetch({ url: new URL(path, server.url), range: undefined })),
    )
    expect(locals.map(({ range }) => contents(range))).toEqual(paths)
  })

  it('is asked for in part, whether or not the server can give a part', async () => {
    const { reader, server } = await readerWith(({ path }, response) => {
      if (path === '/parts') response.writeHead(206).end('234')
      else response.end(media)
    })
    for (const path of ['/parts', '/whole']) {
      const local = await reader.fetch({ url: new URL(path, server.url), range: { offset: 2, length: 3 } })
      expect(contents(local.range)).toBe('234')
    }
    expect(server.requests.map(({ headers }) => headers.range)).toEqual(['bytes=2-4', 'bytes=2-4'])
  })

  it('is asked for again where it does not come whole', async () => {
    const { reader, server } = await readerWith((_, response, count) => {
      if (count > 0) return void response.end(media)
      response.writeHead(200, { 'content-length': media.length })
      response.write('0123', () => response.destroy())
    })
    const local = await reader.fetch({ url: new URL('/1.ts', server.url), range: undefined })
    expect(contents(local.range)).toBe('0123456789')
  })

  it('knows where a text came from', async () => {
    const { reader, server } = await readerWith(({ path }, response) => {
      if (path === '/list') response.writeHead(302, { location: '/there/list' }).end()
      else response.end('#EXTM3U')
    })
    const { text, url } = await reader.text(new URL('/list', server.url))
    expect([text, url.pathname]).toEqual(['#EXTM3U', '/there/list'])
  })
})
