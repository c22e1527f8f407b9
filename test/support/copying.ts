import { Readable } from 'node:stream'
import { pino } from 'pino'
import type { CommandServices } from '../../services/commands/command-services.ts'
import { startCopying } from '../../services/copying/copy-service.ts'
import { keysInUse } from '../../services/copying/keys-in-use.ts'
import { openOutbound } from '../../services/outbound/outbound.ts'
import type { MediaStore } from '../../services/ports/media-store.ts'
import { storageBackends } from '../../services/storage/storage-backends.ts'
import { BACKEND_ID, type CommandHarness, wholeLog } from './command-harness.ts'

export const BYTES = Buffer.from('some media')
/** For purging that nobody watches. */
export const silently = {
  logger: pino({ level: 'silent' }),
  purged: () => undefined,
  purgeFailed: () => undefined,
}
export const PATIENCE = { timeout: 60_000, interval: 5 }

export const storeOf = ({ services }: CommandHarness, id: string) =>
  services.storageBackends.byId.get(id)!.store

/** Objects in use in the first backend, with or without media. */
export async function fill(
  harness: CommandHarness,
  ids: readonly string[],
  bytes: Buffer | null = BYTES,
  from = 0,
) {
  const outcome = await harness.allocate('hd', ...ids)
  if ('refused' in outcome) throw new Error(outcome.refused.reason)
  for (const { key } of outcome.allocated) {
    if (bytes) await storeOf(harness, BACKEND_ID).write(key, 'video/mp4', Readable.from([bytes]))
  }
  const segments = ids.map((object_id, i) => ({
    object_id,
    timerange: `[${from + i}:0_${from + i + 1}:0)`,
  }))
  await harness.register('hd', ...segments)
  return outcome.allocated.map(({ key }) => key)
}

/** An object that is only at a URL. */
export async function elsewhere({ registerObject }: CommandHarness, id: string, ...urls: string[]) {
  const get_urls = urls.map((url, i) => ({ label: `web ${i}`, url }))
  await registerObject({ id, role: 'media', timerange: '[0:0_1:0)', get_urls })
}

/** Makes copies with these stores, and tells what came of it: the sizes of copies, and why some failed. */
export function copying(harness: CommandHarness, services: Partial<CommandServices> = {}, maxBytes = 1024) {
  const lines: Record<string, unknown>[] = []
  const outcomes: (number | string)[] = []
  const keys = keysInUse()
  const outbound = openOutbound({ policy: { allowedNetworks: [], allowsLoopback: true } })
  const { stop } = startCopying({
    log: harness.log,
    commands: { ...harness.services, ...services },
    fetching: { outbound, maxBytes },
    keys,
    logger: pino({ level: 'debug' }, { write: (line) => lines.push(JSON.parse(line)) }),
    copied: (bytes) => outcomes.push(bytes),
    copyFailed: (fault) => outcomes.push(fault),
    retryMs: 2,
  })
  return {
    lines,
    outcomes,
    keys,
    stop: async () => {
      await stop()
      await outbound.close()
    },
  }
}

/** The same stores, but for what one of them does otherwise. */
export const withStore = (harness: CommandHarness, id: string, changes: Partial<MediaStore>) =>
  withStoreInstead(harness, id, { ...storeOf(harness, id), ...changes })

/** The same stores, but for one of them. */
export const withStoreInstead = (harness: CommandHarness, id: string, store: MediaStore) => ({
  storageBackends: storageBackends(
    harness.services.storageBackends.all.map((backend) =>
      backend.id === id ? { ...backend, store } : backend,
    ),
  ),
})

export const eventsOf = async ({ log }: CommandHarness, ...types: string[]) =>
  (await wholeLog(log)).filter(({ type }) => types.includes(type))
export const openCount = async ({ catchUp, catalog }: CommandHarness): Promise<number> => {
  await catchUp()
  return catalog.reader.countOpenCopies()
}
export const keyOfCopy = async (harness: CommandHarness): Promise<string> => {
  const [asked] = await eventsOf(harness, 'InstanceRequested')
  return (asked!.data as { key: string }).key
}
export const listed = async (store: MediaStore): Promise<number> => (await store.list(1000)).objects.length
