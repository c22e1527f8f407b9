import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { exportFlow } from '../../../../../services/cli/export/export-flow.ts'
import { writeFileAtomically, writeToStream } from '../../../../../services/cli/export/write-output.ts'
import { answerJson, type Script, startScriptedServer } from '../../../../support/scripted-server.ts'
import { createTestClient } from '../../../../support/tams-client.ts'
import { temporaryDirectory } from '../../../../support/temporary-directory.ts'

const { path: directory, remove } = temporaryDirectory()
afterAll(remove)
const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const { close } of opened.splice(0).reverse()) await close()
})

const object = (id: string) => ({ object_id: id, get_urls: [{ url: `/objects/${id}` }] })
const segment = (second: number, init?: string) => ({
  ...object(`s${second}`),
  timerange: `[${second}:0_${second + 1}:0)`,
  ...(init ? { init_object: object(init) } : {}),
})

async function exporting(script: Script, readAhead = 3) {
  const server = await startScriptedServer(script)
  const { service, close } = createTestClient(server.url)
  opened.push(server, { close })
  return { server, ...exportFlow({ service, flowId: 'f', timerange: '_', readAhead }) }
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const stream = new PassThrough()
  const written = text(stream)
  await writeToStream(stream, bytes)
  stream.end()
  return written
}

/** Segments on two pages; every object consists of its own id. */
const serving = (first: readonly unknown[], second: readonly unknown[] = []): Script => {
  return ({ path }, response) => {
    if (path.startsWith('/objects/')) return void response.end(` ${path.slice(9)}`)
    if (path.includes('page=2')) return answerJson(response, second)
    answerJson(response, first, second.length > 0 ? { link: '</flows/f/segments?page=2>; rel="next"' } : {})
  }
}

describe('exporting a Flow', () => {
  it('writes the media of all segments, in order, page by page', async () => {
    const { bytes, report } = await exporting(serving([segment(0), segment(1)], [segment(2)]))
    expect(await textOf(bytes)).toBe(' s0 s1 s2')
    expect(report()).toEqual({ segments: 3, bytes: 9, timerange: '[0:0_3:0)' })
  })

  it('writes initialisation segments where they change, and only there', async () => {
    const segments = [segment(0, 'a'), segment(1, 'a'), segment(2, 'b'), segment(3, 'a')]
    const { bytes } = await exporting(serving(segments))
    expect(await textOf(bytes)).toBe(' a s0 s1 b s2 a s3')
  })

  it('asks for no more objects ahead than allowed', async () => {
    const segments = Array.from({ length: 20 }, (_, second) => segment(second))
    const { bytes, server } = await exporting(serving(segments), 2)
    await bytes.next()
    const objects = server.requests.filter(({ path }) => path.startsWith('/objects/'))
    expect(objects.length).toBeLessThanOrEqual(4)
    await bytes.return(undefined)
  })

  it('asks for a segment again when its URLs have expired', async () => {
    let listed = 0
    const { bytes } = await exporting(({ path }, response) => {
      if (path === '/objects/old') return void response.writeHead(403).end()
      if (path.startsWith('/objects/')) return void response.end('media')
      listed += 1
      const url = listed === 1 ? '/objects/old' : '/objects/new'
      answerJson(response, [{ ...segment(0), get_urls: [{ url }] }])
    })
    expect(await textOf(bytes)).toBe('media')
  })

  it('tells that there is no such Flow, or no segment, and where its media may be', async () => {
    const missing = await exporting(({ path }, response) => {
      if (path.includes('segments')) answerJson(response, [])
      else answerJson(response, {}, {}, 404)
    })
    await expect(textOf(missing.bytes)).rejects.toThrow('there is no Flow f')
    const member = await exporting(({ path }, response) => {
      answerJson(response, path.includes('segments') ? [] : { id: 'f', collected_by: ['multi'] })
    })
    await expect(textOf(member.bytes)).rejects.toThrow('may be in the Flow that collects it: multi')
  })
})

describe('the file of an export', () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('first')
    throw new Error('broken')
  }

  it('appears whole', async () => {
    const path = join(directory, 'whole.ts')
    const { bytes } = await exporting(serving([segment(0)]))
    await writeFileAtomically(path, bytes)
    expect(readFileSync(path, 'utf8')).toBe(' s0')
  })

  it('does not appear where something fails, and nothing is left', async () => {
    const path = join(directory, 'failing.ts')
    await expect(writeFileAtomically(path, failing())).rejects.toThrow('broken')
    expect(existsSync(path)).toBe(false)
    expect(readdirSync(directory).filter((file) => file.includes('failing'))).toEqual([])
  })

  it('stays as it was where something fails', async () => {
    const path = join(directory, 'earlier.ts')
    writeFileSync(path, 'earlier')
    await expect(writeFileAtomically(path, failing())).rejects.toThrow('broken')
    expect(readFileSync(path, 'utf8')).toBe('earlier')
  })
})
