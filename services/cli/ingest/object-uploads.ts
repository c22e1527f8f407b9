import { HttpFailure } from '../http/http-failure.ts'
import type { FileRange } from '../media/file-range.ts'
import { allocateObjects, type UploadSlot, uploadObject } from '../tams/flow-storage.ts'
import type { Service } from '../tams/service.ts'
import type { InspectedInit } from './segment-inspector.ts'

/** Puts objects into a Flow's storage. */
export type ObjectUploads = {
  /** @returns the id of the new object */
  upload(object: FileRange): Promise<string>
  /** Uploads an initialisation segment, unless one of the same bytes is there. @returns its object's id */
  uploadInit(init: InspectedInit): Promise<string>
}

export type UploadTarget = {
  readonly service: Service
  readonly flowId: string
  /** Of initialisation segments, if it is not the Flow's container. */
  readonly initContentType: string | undefined
  /** Object ids of initialisation segments that are in use already, by SHA-256. */
  readonly knownInits: ReadonlyMap<string, string>
  /** Objects to allocate at once, at most. */
  readonly allocationSize: number
  /** How many objects will be needed, if that is known: of live media, one is allocated at a time. */
  readonly expected: number | undefined
}

export function objectUploads(target: UploadTarget): ObjectUploads {
  const { service, flowId, initContentType, knownInits, allocationSize, expected } = target
  let allocated = 0
  const takeSlot = slotSupply(async () => {
    const needed = expected === undefined ? 1 : expected - allocated
    const slots = await allocateObjects(service, flowId, Math.max(1, Math.min(needed, allocationSize)))
    allocated += slots.length
    return slots
  })
  const inits = new Map<string, Promise<string>>(
    Array.from(knownInits, ([sha256, objectId]) => [sha256, Promise.resolve(objectId)]),
  )

  const uploadNewInit = async ({ range }: InspectedInit): Promise<string> => {
    const takeInitSlot = slotSupply(() => allocateObjects(service, flowId, 1, initContentType))
    return uploadInto(service, takeInitSlot, range)
  }
  return {
    upload: (object) => uploadInto(service, takeSlot, object),
    uploadInit: (init) => {
      const known = inits.get(init.sha256) ?? uploadNewInit(init)
      inits.set(init.sha256, known)
      return known
    },
  }
}

/** A URL may have expired while it waited for its turn; then a new one is asked for, once. */
async function uploadInto(
  service: Service,
  takeSlot: () => Promise<UploadSlot>,
  object: FileRange,
): Promise<string> {
  const slot = await takeSlot()
  try {
    await uploadObject(service, slot, object)
    return slot.object_id
  } catch (error) {
    if (!(error instanceof HttpFailure) || error.status !== 403) throw error
  }
  const fresh = await takeSlot()
  await uploadObject(service, fresh, object)
  return fresh.object_id
}

/** Hands out what was allocated in batches. */
function slotSupply(allocate: () => Promise<readonly UploadSlot[]>): () => Promise<UploadSlot> {
  const free: UploadSlot[] = []
  let allocating: Promise<void> | undefined

  const refill = async (): Promise<void> => {
    try {
      free.push(...(await allocate()))
    } finally {
      allocating = undefined
    }
  }
  return async () => {
    for (;;) {
      const slot = free.shift()
      if (slot) return slot
      allocating ??= refill()
      await allocating
    }
  }
}
