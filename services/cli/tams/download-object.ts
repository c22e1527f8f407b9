import type { GetUrl } from '../../../contracts/resources/get-url.ts'
import { Failure } from '../failure.ts'
import { announcedDigest, isAsAnnounced, startDigest } from '../http/announced-digest.ts'
import { type HttpAnswer, headerOf } from '../http/http-client.ts'
import { HttpFailure } from '../http/http-failure.ts'
import type { Service } from './service.ts'

/** An object whose bytes are on their way; how far they come is up to who reads them. */
export type OpenObject = {
  readonly objectId: string
  readonly url: URL
  readonly presigned: boolean
  readonly answer: HttpAnswer
}

/** How often a transfer that stops half-way is taken up again without getting any further. */
const MAX_RESUMPTIONS = 5

/**
 * Asks for an object by the first of its URLs that works.
 * @throws Failure where none does.
 */
export async function openObject(
  service: Service,
  objectId: string,
  getUrls: readonly GetUrl[],
): Promise<OpenObject> {
  let failure: HttpFailure | undefined
  for (const { url: text, presigned = false } of getUrls) {
    const url = new URL(text, service.url)
    try {
      return { objectId, url, presigned, answer: await get(service, url, presigned) }
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error
      failure = error
    }
  }
  throw failure ?? new Failure(`object ${objectId} has no URL to get it from`)
}

/**
 * The bytes of an object. A transfer that breaks goes on where it stopped.
 * @throws Failure where they are not as many as announced, or do not have the digest that was announced.
 */
export async function* bytesOf(service: Service, object: OpenObject): AsyncGenerator<Uint8Array> {
  const digest = announcedDigest(object.answer)
  const hash = digest && startDigest(digest)
  for await (const chunk of uncheckedBytesOf(service, object)) {
    hash?.update(chunk)
    yield chunk
  }
  if (hash && digest && !isAsAnnounced(hash, digest)) {
    throw new Failure(
      `object ${object.objectId} is damaged: it does not have the ${digest.algorithm} digest announced`,
    )
  }
}

/** As `bytesOf`, for who knows better than the announcement what they have to be. */
export async function* uncheckedBytesOf(service: Service, object: OpenObject): AsyncGenerator<Uint8Array> {
  const { answer: first, objectId } = object
  const expected = headerOf(first, 'content-length')
  let received = 0
  let attempts = 0
  for (let body = first.body; ; ) {
    const before = received
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        received += chunk.length
        yield chunk
      }
      if (expected === undefined || received >= Number(expected)) break
    } catch (error) {
      if (attempts >= MAX_RESUMPTIONS) throw cutShort(objectId, received, expected, error)
    }
    attempts = received > before ? 0 : attempts + 1
    if (attempts > MAX_RESUMPTIONS) throw cutShort(objectId, received, expected)
    body = await resume(service, object, received)
  }
  if (expected !== undefined && received !== Number(expected)) throw cutShort(objectId, received, expected)
}

/** The rest of an object that is still the same one. */
async function resume(
  service: Service,
  { url, presigned, answer: first, objectId }: OpenObject,
  from: number,
): Promise<HttpAnswer['body']> {
  const etag = headerOf(first, 'etag')
  const answer = await get(service, url, presigned, {
    range: `bytes=${from}-`,
    ...(etag === undefined || etag.startsWith('W/') ? {} : { 'if-range': etag }),
  })
  if (answer.statusCode === 206) return answer.body
  await answer.body.dump()
  throw new Failure(`object ${objectId} came only in part, and its server cannot send the rest`)
}

function get(
  service: Service,
  url: URL,
  presigned: boolean,
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpAnswer> {
  const request = {
    method: 'GET',
    url,
    headers: { ...headers, ...service.credentialsFor(url, presigned) },
  } as const
  return service.exchange(request, async (answer) => answer)
}

function cutShort(
  objectId: string,
  received: number,
  expected: string | undefined,
  cause?: unknown,
): Failure {
  return new Failure(`object ${objectId} came only in part: ${received} of ${expected ?? '?'} bytes`, {
    cause,
  })
}
