import { createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { Failure } from '../failure.ts'
import { type HttpAnswer, type HttpClient, headerOf, unanswered } from '../http/http-client.ts'
import { nameOf } from '../http/http-failure.ts'
import { PATIENT, withRetries } from '../http/with-retries.ts'
import type { FileRange } from './file-range.ts'
import type { Resource } from './hls-playlist.ts'

/** Reads what playlists name, from disk or over HTTP. */
export type ResourceReader = {
  /** A text, and where it came from after redirects. */
  text(url: URL): Promise<{ readonly text: string; readonly url: URL }>
  /** Has a resource on disk, where it can be read as often as needed: what comes by HTTP is kept until released. */
  fetch(resource: Resource): Promise<LocalResource>
  close(): Promise<void>
}

export type LocalResource = {
  readonly range: FileRange
  release(): Promise<void>
}

export function createResourceReader(http: HttpClient, signal: AbortSignal): ResourceReader {
  let directory: Promise<string> | undefined
  let downloads = 0

  const download = async ({ url, range }: Resource): Promise<LocalResource> => {
    directory ??= mkdtemp(join(tmpdir(), 'framelog-'))
    downloads += 1
    const name = String(downloads)
    const path = join(await directory, name)
    const last = range && range.offset + range.length - 1
    const headers = range ? { range: `bytes=${range.offset}-${last}` } : {}
    const local = await getting(http, signal, url, headers, async (answer) => {
      await pipeline(answer.body, createWriteStream(path))
      return { path, ...(await downloadedPart(path, answer, range)) }
    })
    return { range: local, release: () => rm(path, { force: true }) }
  }

  return {
    text: async (url) =>
      url.protocol === 'file:'
        ? { text: await readFile(fileURLToPath(url), 'utf8'), url }
        : getting(http, signal, url, {}, async (answer) => ({
            text: await answer.body.text(),
            url: answer.url,
          })),
    fetch: async (resource) =>
      resource.url.protocol === 'file:'
        ? { range: await fileRangeOf(resource), release: async () => undefined }
        : download(resource),
    close: async () => {
      if (directory) await rm(await directory, { recursive: true, force: true })
    },
  }
}

/** Where the bytes that were asked for are in the file. A server may send the whole resource instead of a part. */
async function downloadedPart(
  path: string,
  answer: HttpAnswer,
  range: Resource['range'],
): Promise<Pick<FileRange, 'start' | 'sizeBytes'>> {
  const { size } = await stat(path)
  const declared = headerOf(answer, 'content-length')
  if (declared !== undefined && Number(declared) !== size) throw new Error('the transfer was cut short')
  if (!range) return { start: 0, sizeBytes: size }
  const start = answer.statusCode === 206 ? 0 : range.offset
  if (start + range.length > size)
    throw new Failure('a byte range of the playlist is beyond the end of its file')
  return { start, sizeBytes: range.length }
}

async function fileRangeOf({ url, range }: Resource): Promise<FileRange> {
  const path = fileURLToPath(url)
  const { size } = await stat(path)
  const { offset, length } = range ?? { offset: 0, length: size }
  if (offset + length > size) throw new Failure(`a byte range of the playlist is beyond the end of ${path}`)
  return { path, start: offset, sizeBytes: length }
}

function getting<T>(
  http: HttpClient,
  signal: AbortSignal,
  url: URL,
  headers: Readonly<Record<string, string>>,
  read: (answer: HttpAnswer) => Promise<T>,
): Promise<T> {
  return withRetries(PATIENT, signal, async () => {
    const answer = await http.send({ method: 'GET', url, headers })
    try {
      return await read(answer)
    } catch (error) {
      throw error instanceof Failure ? error : unanswered(nameOf('GET', url), error)
    }
  })
}
