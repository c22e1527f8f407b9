import { keyIn } from './media-on-disk.ts'
import { download } from './media-requests.ts'
import { type AllocatedObject, allocate, type ListedSegment, putFlow, send } from './tams-requests.ts'

/** A flow whose segments have media, a second each, from 0:0 on. */
export type FlowWithMedia = { readonly flow_id: string; readonly object_ids: readonly string[] }

type PutUrl = AllocatedObject['put_url']

/** What the service takes in one request. */
const MOST = 5_000
const AT_ONCE = 16

/** Each object's bytes tell whose they are. */
export const mediaOf = (object_id: string): Buffer => Buffer.from(`the media of ${object_id}`)

/** The n-th segment of such a flow, for whichever flow it is to be in. */
export const segmentAt = (object_id: string, second: number) => ({
  object_id,
  timerange: `[${second}:0_${second + 1}:0)`,
  ts_offset: `${second}:0`,
})

/** Puts a new flow, allocates its objects, has their bytes in place, and registers their segments. */
export async function fillFlowWithMedia(
  url: string,
  { place }: { place(putUrl: PutUrl, bytes: Buffer): void | Promise<void> },
  count: number,
): Promise<FlowWithMedia> {
  const flow_id = await putFlow(url)
  const object_ids: string[] = []
  while (object_ids.length < count) {
    const limit = Math.min(MOST, count - object_ids.length)
    const objects = await allocate(url, flow_id, limit)
    for (const { object_id, put_url } of objects) await place(put_url, mediaOf(object_id))
    const ids = objects.map(({ object_id }) => object_id)
    await register(
      url,
      flow_id,
      ids.map((object_id, i) => segmentAt(object_id, object_ids.length + i)),
    )
    object_ids.push(...ids)
  }
  return { flow_id, object_ids }
}

/** Registers segments, all of them. */
export async function register(
  url: string,
  flow_id: string,
  segments: readonly ReturnType<typeof segmentAt>[],
): Promise<void> {
  const { status, body } = await send(`${url}/flows/${flow_id}/segments`, 'POST', segments)
  if (status !== 201) throw new Error(`POST segments answered ${status}: ${JSON.stringify(body)}`)
}

/** The keys that segments lead to, in order. */
export const keysOf = (segments: readonly ListedSegment[]): readonly string[] =>
  [...new Set(segments.flatMap(({ get_urls }) => get_urls.map(({ url }) => keyIn(url))))].sort()

/** @returns the objects among these segments whose bytes are not what a client gets from their URLs */
export async function unreadable(segments: readonly ListedSegment[]): Promise<readonly string[]> {
  const wrong: string[] = []
  for (let first = 0; first < segments.length; first += AT_ONCE) {
    const some = segments.slice(first, first + AT_ONCE)
    await Promise.all(
      some.map(async ({ object_id, get_urls }) => {
        const { status, bytes } = await download(get_urls[0]?.url ?? '')
        if (status !== 200 || !bytes.equals(mediaOf(object_id))) wrong.push(object_id)
      }),
    )
  }
  return wrong
}
