import { randomUUID } from 'node:crypto'
import { checkAnswer } from './official-answers.ts'

/** A request's answer, read whole. `body` is parsed JSON, or undefined. */
export type TamsAnswer = { readonly status: number; readonly headers: Headers; readonly body: unknown }

export async function send(url: string, method: string, body?: unknown): Promise<TamsAnswer> {
  return sendRaw(url, method, body === undefined ? undefined : JSON.stringify(body))
}

/** Sends a body as it is, be it JSON or not. @throws where the answer is not what the documents promise */
export async function sendRaw(
  url: string,
  method: string,
  body?: string,
  headers: Record<string, string> = { 'content-type': 'application/json' },
): Promise<TamsAnswer> {
  const response = await fetch(url, { method, headers, ...(body !== undefined && { body }) })
  const text = await response.text()
  const { status } = response
  const { pathname: path, search: query } = new URL(url)
  checkAnswer({ method, path, query, status, headers: response.headers, text })
  return {
    status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  }
}

/** A flow body that is as short as TAMS allows. */
export const videoFlow = (
  changes: Record<string, unknown> = {},
): { id: string } & Record<string, unknown> => ({
  id: randomUUID(),
  source_id: randomUUID(),
  format: 'urn:x-nmos:format:video',
  codec: 'video/h264',
  container: 'video/mp2t',
  essence_parameters: { frame_width: 1920, frame_height: 1080, frame_rate: { numerator: 25 } },
  ...changes,
})

/** Puts a new flow. @returns its id */
export async function putFlow(url: string, changes: Record<string, unknown> = {}): Promise<string> {
  const flow = videoFlow(changes)
  const { status, body } = await send(`${url}/flows/${flow.id}`, 'PUT', flow)
  if (status !== 201) throw new Error(`PUT flow answered ${status}: ${JSON.stringify(body)}`)
  return flow.id
}

export type AllocatedObject = {
  readonly object_id: string
  readonly put_url: { readonly url: string; readonly 'content-type': string }
}

export async function allocate(
  url: string,
  flowId: string,
  limit: number,
): Promise<readonly AllocatedObject[]> {
  const { status, body } = await send(`${url}/flows/${flowId}/storage`, 'POST', { limit })
  if (status !== 201) throw new Error(`POST storage answered ${status}: ${JSON.stringify(body)}`)
  return (body as { media_objects: readonly AllocatedObject[] }).media_objects
}

/** Registers segments of a second each, from 0:0 on, each of an object of its own. @returns the objects' ids */
export async function fillFlow(url: string, flowId: string, count: number): Promise<readonly string[]> {
  const ids: string[] = []
  while (ids.length < count) {
    const objects = await allocate(url, flowId, Math.min(1000, count - ids.length))
    const segments = objects.map(({ object_id }, index) => {
      const second = ids.length + index
      return { object_id, timerange: `[${second}:0_${second + 1}:0)`, ts_offset: `${second}:0` }
    })
    const { status, body } = await send(`${url}/flows/${flowId}/segments`, 'POST', segments)
    if (status !== 201) throw new Error(`POST segments answered ${status}: ${JSON.stringify(body)}`)
    ids.push(...objects.map(({ object_id }) => object_id))
  }
  return ids
}

export type ListedSegment = {
  readonly object_id: string
  readonly timerange: string
  readonly get_urls: readonly { readonly url: string }[]
}

/** Every segment of a flow, page after page. */
export async function listSegments(
  url: string,
  flowId: string,
  query = '',
): Promise<readonly ListedSegment[]> {
  const segments: ListedSegment[] = []
  let next: string | undefined = `${url}/flows/${flowId}/segments${query}`
  while (next !== undefined) {
    const { headers, body } = await send(next, 'GET')
    segments.push(...(body as ListedSegment[]))
    next = headers.get('link')?.match(/<(.+)>; rel="next"/)?.[1]
  }
  return segments
}
