import { createHash, randomBytes } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { bytesOf, openObject } from '../../../../../services/cli/tams/download-object.ts'
import { type Script, type ScriptedServer, startScriptedServer } from '../../../../support/scripted-server.ts'
import { createTestClient, type TestClient } from '../../../../support/tams-client.ts'

const opened: (TestClient | ScriptedServer)[] = []
afterEach(async () => {
  for (const { close } of opened.splice(0).reverse()) await close()
})

const object = randomBytes(300_000)
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('base64')

/** Downloads by the paths given, from a server that follows the script. */
async function download(script: Script, paths: readonly string[] = ['/object']) {
  const server = await startScriptedServer(script)
  const client = createTestClient(server.url)
  opened.push(server, client)
  const urls = paths.map((url) => ({ url }))
  const from = await openObject(client.service, 'o1', urls)
  const chunks: Uint8Array[] = []
  for await (const chunk of bytesOf(client.service, from)) chunks.push(chunk)
  return { bytes: Buffer.concat(chunks), requests: server.requests }
}

/** Answers with the part of the object that is asked for, and breaks off after some bytes. */
const breakingAfter = (limit: number): Script => {
  return ({ headers }, response) => {
    const from = Number(/bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0)
    const part = object.subarray(from)
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': part.length, etag: '"e"' })
    if (part.length <= limit) return void response.end(part)
    response.write(part.subarray(0, limit), () => response.destroy())
  }
}

describe('an object', () => {
  it('goes on where its transfer broke, again and again', async () => {
    const { bytes, requests } = await download(breakingAfter(70_000))
    expect(bytes.equals(object)).toBe(true)
    expect(requests.length).toBeGreaterThan(3)
    expect(requests.slice(1).every(({ headers }) => headers['if-range'] === '"e"')).toBe(true)
  })

  it('is given up where it comes no further', async () => {
    const script: Script = ({ headers }, response) => {
      response.writeHead(headers.range ? 206 : 200, { 'content-length': 100 }).flushHeaders()
      setImmediate(() => response.destroy())
    }
    await expect(download(script)).rejects.toThrow('object o1 came only in part: 0 of 100 bytes')
  })

  it('is given up where its server can only begin again', async () => {
    const script: Script = (_, response) => {
      response.writeHead(200, { 'content-length': object.length })
      response.write(object.subarray(0, 1000), () => response.destroy())
    }
    await expect(download(script)).rejects.toThrow('its server cannot send the rest')
  })

  it.each([
    ['repr-digest', `sha-256=:${sha256(object)}:`],
    ['content-digest', `sha-512=:AAAA:, sha-256=:${sha256(object)}:`],
    ['digest', `SHA-256=${sha256(object)}`],
    ['x-amz-checksum-sha256', sha256(object)],
    ['content-md5', createHash('md5').update(object).digest('base64')],
  ])('is what its %s says', async (header, digest) => {
    const { bytes } = await download(
      (_, response) => void response.writeHead(200, { [header]: digest }).end(object),
    )
    expect(bytes.equals(object)).toBe(true)
    const wrong = object.subarray(1)
    const failing = download((_, response) => void response.writeHead(200, { [header]: digest }).end(wrong))
    await expect(failing).rejects.toThrow('object o1 is damaged')
  })

  it('is not compared with the digest of its upload in parts', async () => {
    const script: Script = (_, response) =>
      void response.writeHead(200, { 'x-amz-checksum-sha256': `${sha256(object)}-3` }).end(object)
    expect((await download(script)).bytes).toHaveLength(object.length)
  })

  it('is taken from the first of its URLs that works', async () => {
    const script: Script = ({ path }, response) =>
      void (path === '/b' ? response.end(object) : response.writeHead(404).end())
    const { requests } = await download(script, ['/a', '/b', '/c'])
    expect(requests.map(({ path }) => path)).toEqual(['/a', '/b'])
  })

  it('is a failure where it has no URL', async () => {
    await expect(download(() => undefined, [])).rejects.toThrow('object o1 has no URL')
  })
})
