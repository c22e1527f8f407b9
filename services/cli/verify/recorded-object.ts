import { z } from 'zod'
import { Checksum } from '../../../contracts/resources/checksum.ts'
import { GetUrl } from '../../../contracts/resources/get-url.ts'
import { HttpFailure } from '../http/http-failure.ts'
import { readAs } from '../tams/read-as.ts'
import type { Service } from '../tams/service.ts'

/** What a service says of an object, as far as it matters here. Only this service records sizes and checksums. */
const RecordedObject = z.object({
  size_bytes: z.int().optional(),
  checksums: z.array(Checksum).default([]),
  get_urls: z.array(GetUrl).default([]),
})
export type RecordedObject = z.infer<typeof RecordedObject>

/** @returns undefined where the service knows no such object */
export type FindObject = (objectId: string) => Promise<RecordedObject | undefined>

/** Other services refuse a parameter that is not in TAMS, or take no notice of it. */
export function objectsOf(service: Service): FindObject {
  let parameters = '?verbose_storage=true&include_checksums=true'
  return async (objectId) => {
    const path = `objects/${encodeURIComponent(objectId)}`
    try {
      return read(await service.find(`${path}${parameters}`))
    } catch (error) {
      if (!(error instanceof HttpFailure) || error.status !== 400) throw error
      parameters = '?verbose_storage=true'
      return read(await service.find(`${path}${parameters}`))
    }
  }
}

const read = (answer: unknown): RecordedObject | undefined =>
  answer === undefined ? undefined : readAs(RecordedObject, answer)

/** One URL for each instance that the service controls: others are for others to keep whole. */
export function controlledUrls({ get_urls }: RecordedObject): readonly GetUrl[] {
  const controlled = get_urls.filter(({ controlled = true }) => controlled)
  const byInstance = new Map<string, GetUrl>()
  for (const url of controlled) {
    const instance = url.storage_id ?? url.url
    if (!byInstance.has(instance) || url.presigned) byInstance.set(instance, url)
  }
  return [...byInstance.values()]
}
