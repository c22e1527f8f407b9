import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import type { SourceMetadata } from '../../contracts/events/source-events.ts'
import { streamName } from '../../contracts/events/stream-name.ts'
import type { FlowMetadata } from '../../contracts/resources/flow.ts'
import type { ProfileFlowPut } from '../../contracts/resources/flow-put.ts'
import type { FlowSegmentPost } from '../../contracts/resources/flow-segment.ts'
import type { ObjectPost } from '../../contracts/resources/object-post.ts'
import type { ProfilePost } from '../../contracts/resources/profile.ts'
import type { TagValue } from '../../contracts/resources/tags.ts'
import { parseTimeRange } from '../../contracts/time/timerange.ts'
import type { FlowChange } from '../../domain/flow/flow-change.ts'
import type { ControlledInstances } from '../../domain/media-object/object-state.ts'
import type { SourceChange } from '../../domain/source/source-change.ts'
import type { WebhookCommand } from '../../domain/webhook/webhook.ts'
import { openSqliteEventLog } from '../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { openFilesystemMediaStore } from '../../services/adapters/media-store/filesystem/filesystem-media-store.ts'
import type { Catalog } from '../../services/catalog/catalog.ts'
import {
  advanceDeletion,
  type DeletionAdvance,
  failDeletion,
} from '../../services/commands/advance-deletion.ts'
import { type AllocateStorageOutcome, allocateStorage } from '../../services/commands/allocate-storage.ts'
import { type ChangeFlowOutcome, changeFlow } from '../../services/commands/change-flow.ts'
import { type ChangeSourceOutcome, changeSource } from '../../services/commands/change-source.ts'
import { commandKey } from '../../services/commands/command-key.ts'
import type { CommandServices } from '../../services/commands/command-services.ts'
import { commandWebhook, type WebhookOutcome } from '../../services/commands/command-webhook.ts'
import { type CreateProfileOutcome, createProfile } from '../../services/commands/create-profile.ts'
import {
  type DeleteFlowOutcome,
  type DeleteFlowsOutcome,
  deleteFlow,
  deleteFlows,
} from '../../services/commands/delete-flow.ts'
import { deleteObject } from '../../services/commands/delete-object.ts'
import {
  type DeleteSegmentsOutcome,
  deleteSegments,
  drainTimeline,
} from '../../services/commands/delete-segments.ts'
import { type DeleteSourceOutcome, deleteSource } from '../../services/commands/delete-source.ts'
import { commandContext, keyedContext } from '../../services/commands/event-context.ts'
import { forgetDeletions } from '../../services/commands/forget-deletions.ts'
import { measureObjects } from '../../services/commands/measure-objects.ts'
import {
  addUrl,
  failInstance,
  type InstanceOutcome,
  removeInstance,
  requestInstance,
  storeInstance,
} from '../../services/commands/object-instances.ts'
import { createFlow, type PutFlowOutcome, putFlow } from '../../services/commands/put-flow.ts'
import { createSource, type PutSourceOutcome, putSource } from '../../services/commands/put-source.ts'
import { type RegisterObjectOutcome, registerObject } from '../../services/commands/register-object.ts'
import { type RegisterSegmentsOutcome, registerSegments } from '../../services/commands/register-segments.ts'
import {
  type AskedDeletion,
  type RequestDeletionOutcome,
  requestDeletion,
} from '../../services/commands/request-deletion.ts'
import { type RestoreFlowOutcome, restoreFlow } from '../../services/commands/restore-flow.ts'
import { type CommandResult, commandRunner } from '../../services/commands/run-command.ts'
import { openStreamCache, type StreamCache } from '../../services/commands/stream-cache.ts'
import { objectStream } from '../../services/commands/stream-kind.ts'
import { type TagSegmentsOutcome, tagSegments } from '../../services/commands/tag-segments.ts'
import { updateService } from '../../services/commands/update-service.ts'
import { addedSince } from '../../services/deletion/added-since.ts'
import type { EventLog } from '../../services/ports/event-log.ts'
import { purgePage } from '../../services/purging/purge-page.ts'
import { mediaFacts } from '../../services/storage/media-facts.ts'
import { type StorageBackend, storageBackends } from '../../services/storage/storage-backends.ts'
import { openCatalogInProcess } from './catalog-in-process.ts'
import type { LogModel } from './log-model/model.ts'
import { replay, violationsOf } from './log-model/replay.ts'

/**
 * The commands as a service process has them, without HTTP: a log, a cache and a catalog of its own. Several
 * of them on one folder share the log's file, as processes would.
 */
export type CommandHarness = {
  readonly log: EventLog
  readonly cache: StreamCache
  readonly catalog: Catalog
  readonly services: CommandServices
  putFlow(flow: FlowMetadata | ProfileFlowPut): Promise<PutFlowOutcome>
  createProfile(profile: ProfilePost): Promise<CreateProfileOutcome>
  webhook(id: string, command: WebhookCommand): Promise<WebhookOutcome>
  createFlow(flow: FlowMetadata): Promise<PutFlowOutcome>
  changeFlow(flow_id: string, change: FlowChange): Promise<ChangeFlowOutcome>
  deleteFlow(flow_id: string): Promise<DeleteFlowOutcome>
  putSource(source: SourceMetadata): Promise<PutSourceOutcome>
  createSource(source: SourceMetadata): Promise<PutSourceOutcome>
  changeSource(source_id: string, change: SourceChange): Promise<ChangeSourceOutcome>
  deleteSource(source_id: string, cascade?: boolean): Promise<DeleteSourceOutcome>
  /** From now on, what is deleted can be had back for so long, seconds; 0, as at first: not at all. */
  setGrace(seconds: number): void
  restore(flow_id: string): Promise<RestoreFlowOutcome>
  /** Several as one command. */
  deleteFlows(...flow_ids: string[]): Promise<DeleteFlowsOutcome>
  /** Removes what a deleted flow left. */
  drain(flow_id: string): Promise<void>
  allocate(flow_id: string, ...object_ids: string[]): Promise<AllocateStorageOutcome>
  /** For uploads to plain URLs. */
  allocatePlain(flow_id: string, ...object_ids: string[]): Promise<AllocateStorageOutcome>
  registerObject(post: ObjectPost): Promise<RegisterObjectOutcome>
  addUrl(object_id: string, label: string, url: string): Promise<InstanceOutcome>
  /** As a client does with its media: bytes that tell the object's id. Nothing where nobody allocated it. */
  upload(object_id: string): Promise<void>
  /** As whoever asks the stores does: of the first instance that is there. @returns how many were recorded */
  measure(object_id: string): Promise<number>
  /** Asks for a copy in the other Storage Backend. */
  requestCopy(object_id: string): Promise<InstanceOutcome>
  /** As whoever copies does, once it is complete. */
  storeCopy(object_id: string): Promise<InstanceOutcome>
  /** The same, once it has given up. */
  failCopy(object_id: string): Promise<InstanceOutcome>
  removeInstance(
    object_id: string,
    named: { readonly storage_id: string } | { readonly label: string },
  ): Promise<InstanceOutcome>
  register(flow_id: string, ...segments: FlowSegmentPost[]): Promise<RegisterSegmentsOutcome>
  /** As a client that may repeat itself. */
  registerByKey(
    key: string,
    flow_id: string,
    ...segments: FlowSegmentPost[]
  ): Promise<CommandResult<RegisterSegmentsOutcome>>
  deleteSegments(flow_id: string, timerange: string, object_id?: string): Promise<DeleteSegmentsOutcome>
  requestDeletion(asked: AskedDeletion): Promise<RequestDeletionOutcome>
  /** One step of a deletion, as the saga takes it. */
  advance(deletion_id: string, segmentsPerChunk?: number): Promise<DeletionAdvance>
  /** All that is left of a deletion. @returns how it ended, and how many segments went */
  finish(deletion_id: string, segmentsPerChunk?: number): Promise<DeletionAdvance>
  fail(deletion_id: string): Promise<void>
  /** Forgets the deletion requests that have expired by then. */
  forget(nowMs: number): Promise<number>
  /** Without a value, removes the tag. */
  tag(flow_id: string, object_id: string, name: string, value?: TagValue): Promise<TagSegmentsOutcome>
  updateService(update: { name?: string; description?: string }): Promise<void>
  /** As whoever cleans up does, once nothing seems to refer to an object. @returns whether it was retired */
  retire(object_id: string): Promise<boolean>
  /** Removes the bytes of all that is retired so far, or only what one Storage Backend has of it. */
  purge(storage_id?: string): Promise<void>
  /** Brings the catalog up to the end of the log. */
  catchUp(): Promise<void>
  close(): Promise<void>
}

export type HarnessOptions = {
  /** Its own: two catalogs in one folder need two. */
  readonly name?: string
  readonly actor?: string | null
  /** Default: none. */
  readonly graceSeconds?: number
  readonly openCatalog?: (log: EventLog, path: string) => Catalog
  readonly openLog?: (path: string) => EventLog
}

export const logPath = (folder: string): string => join(folder, 'events.db')
export const BACKEND_LABEL = 'disk'
/** How long the harness has deletion requests kept. */
export const KEPT_FOR_SECONDS = 3600
export const BACKEND_ID = '5f0f4d6e-9a51-4c35-8a5e-0d6f3f1f7f10'
/** Of the other backend. */
export const SHELF_LABEL = 'shelf'
export const SHELF_ID = '6a1e5c7f-0b62-4d46-9b6f-1e7040208021'

export async function openCommandHarness(
  folder: string,
  {
    name = 'catalog',
    actor = null,
    graceSeconds = 0,
    openCatalog = openCatalogInProcess,
    openLog = (path) => openSqliteEventLog({ path }),
  }: HarnessOptions = {},
): Promise<CommandHarness> {
  const log = openLog(logPath(folder))
  const cache = openStreamCache(log)
  const catalog = openCatalog(log, join(folder, `${name}.db`))
  const backend = await backendIn(folder, BACKEND_ID, BACKEND_LABEL)
  const shelf = await backendIn(folder, SHELF_ID, SHELF_LABEL)
  let grace = graceSeconds
  const services: CommandServices = {
    run: commandRunner(log, cache),
    catalog,
    storageBackends: storageBackends([backend, shelf]),
    get mediaDeleteGraceSeconds() {
      return grace
    },
  }
  const context = () => commandContext(randomUUID(), actor)
  const outcomeOf = async <T>(command: Promise<{ readonly outcome: T }>): Promise<T> =>
    (await command).outcome

  const workOn = (deletion_id: string) => ({
    deletion_id,
    kept_for_seconds: KEPT_FOR_SECONDS,
    addedSince: async () => {
      const [asked] = await log.readStream(streamName.deletion(deletion_id), 0, 1)
      if (asked?.type !== 'DeletionRequested') throw new Error('a deletion begins with its request')
      return addedSince(log, asked.data.flow_id, asked.data.timeline_revision)()
    },
  })
  const advance = (deletion_id: string, segmentsPerChunk?: number) => {
    const work = { ...workOn(deletion_id), ...(segmentsPerChunk !== undefined && { segmentsPerChunk }) }
    return outcomeOf(advanceDeletion(services, context(), work))
  }
  const placesOf = async (object_id: string): Promise<ControlledInstances> => {
    const { state } = await cache.load(objectStream, object_id)
    const { controlled = {} } = state as { controlled?: ControlledInstances }
    return controlled
  }
  const copyOf = async (object_id: string) => ({
    storage_id: SHELF_ID,
    key: (await placesOf(object_id))[SHELF_ID]?.key ?? 'none',
  })
  const allocateIn = (flow_id: string, object_ids: readonly string[], presigned: boolean) =>
    outcomeOf(
      allocateStorage(services, context(), { flow_id, object_ids, backend, presigned, nowMs: Date.now() }),
    )

  return {
    log,
    cache,
    catalog,
    services,
    putFlow: (flow) => outcomeOf(putFlow(services, context(), flow)),
    createProfile: (profile) => outcomeOf(createProfile(services, context(), profile)),
    webhook: (id, command) => outcomeOf(commandWebhook(services, context(), id, command)),
    createFlow: (flow) => outcomeOf(createFlow(services, context(), flow)),
    changeFlow: (flow_id, change) => outcomeOf(changeFlow(services, context(), flow_id, change)),
    deleteFlow: (flow_id) => outcomeOf(deleteFlow(services, context(), flow_id)),
    putSource: (source) => outcomeOf(putSource(services, context(), source)),
    createSource: (source) => outcomeOf(createSource(services, context(), source)),
    changeSource: (source_id, change) => outcomeOf(changeSource(services, context(), source_id, change)),
    deleteSource: (source_id, cascade = false) =>
      outcomeOf(deleteSource(services, context(), source_id, { cascade })),
    setGrace: (seconds) => {
      grace = seconds
    },
    restore: (flow_id) => outcomeOf(restoreFlow({ ...services, log }, context(), flow_id, KEPT_FOR_SECONDS)),
    deleteFlows: (...flow_ids) =>
      outcomeOf(services.run(context(), (unit) => deleteFlows(services, unit, flow_ids))),
    drain: async (flow_id) => {
      await drainTimeline(services, context(), flow_id)
    },
    allocate: (flow_id, ...object_ids) => allocateIn(flow_id, object_ids, true),
    allocatePlain: (flow_id, ...object_ids) => allocateIn(flow_id, object_ids, false),
    registerObject: (post) => outcomeOf(registerObject(services, context(), post)),
    addUrl: (object_id, label, url) => outcomeOf(addUrl(services, context(), object_id, { label, url })),
    upload: async (object_id) => {
      const key = (await placesOf(object_id))[BACKEND_ID]?.key
      if (key !== undefined)
        await backend.store.write(key, 'video/mp4', Readable.from([Buffer.from(object_id)]))
    },
    measure: async (object_id) => {
      for (const [storage_id, { key, stored }] of Object.entries(await placesOf(object_id))) {
        const media = stored && (await services.storageBackends.byId.get(storage_id)?.store.head(key))
        if (!media) continue
        const measurement = { object_id, storage_id, key, media: mediaFacts(media) }
        return outcomeOf(measureObjects(services, context(), [measurement]))
      }
      return 0
    },
    requestCopy: (object_id) => outcomeOf(requestInstance(services, context(), object_id, shelf, Date.now())),
    storeCopy: async (object_id) =>
      outcomeOf(storeInstance(services, context(), object_id, await copyOf(object_id))),
    failCopy: async (object_id) => {
      const error = { type: 'test', summary: 'no more' }
      return outcomeOf(failInstance(services, context(), object_id, await copyOf(object_id), error))
    },
    removeInstance: (object_id, named) => outcomeOf(removeInstance(services, context(), object_id, named)),
    register: (flow_id, ...segments) => outcomeOf(registerSegments(services, context(), flow_id, segments)),
    registerByKey: (key, flow_id, ...segments) => {
      const request = [flow_id, JSON.stringify(segments)]
      const command = { channel: 'test', actor: null, key, request, days: 1, nowMs: Date.now() }
      return registerSegments(services, keyedContext(commandKey(command), key, null), flow_id, segments)
    },
    deleteSegments: (flow_id, timerange, object_id) =>
      outcomeOf(
        deleteSegments(services, context(), flow_id, {
          range: parseTimeRange(timerange),
          ...(object_id !== undefined && { object_id }),
        }),
      ),
    requestDeletion: (asked) => outcomeOf(requestDeletion(services, context(), asked)),
    advance,
    finish: async (deletion_id, segmentsPerChunk) => {
      for (let deleted = 0; ; ) {
        const step = await advance(deletion_id, segmentsPerChunk)
        deleted += step.deleted
        if (step.status !== 'open') return { ...step, deleted }
      }
    },
    fail: (deletion_id) =>
      outcomeOf(failDeletion(services, context(), workOn(deletion_id), { type: 'test', summary: 'no more' })),
    forget: (nowMs) => forgetDeletions(services, context(), nowMs),
    tag: (flow_id, object_id, name, value) =>
      outcomeOf(
        tagSegments(services, context(), { flow_id, object_id, name, ...(value !== undefined && { value }) }),
      ),
    updateService: (update) => outcomeOf(updateService(services, context(), update)),
    retire: async (object_id) => 'deleted' in (await outcomeOf(deleteObject(services, context(), object_id))),
    purge: async (storage_id) => {
      await catalog.reached(await log.head())
      for (const each of [backend, shelf]) {
        if (storage_id !== undefined && each.id !== storage_id) continue
        await purgePage({ log, commands: services }, each, catalog.reader.purges(each.id, undefined, 1000))
      }
    },
    catchUp: async () => catalog.reached(await log.head()),
    close: async () => {
      await catalog.close()
      await log.close()
    },
  }
}

/** Every event there is. */
export async function wholeLog(log: EventLog): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = []
  for (;;) {
    const page = await log.readAll(events.length, 5000)
    if (page.length === 0) return events
    events.push(...page)
  }
}

/** What the log says, checked: throws with every promise it breaks. */
export async function soundModelOf(log: EventLog): Promise<LogModel> {
  const model = replay(await wholeLog(log))
  const violations = violationsOf(model)
  if (violations.length > 0) throw new Error(`the log is not sound:\n${violations.join('\n')}`)
  return model
}

async function backendIn(folder: string, id: string, label: string): Promise<StorageBackend> {
  const store = await openFilesystemMediaStore({
    directory: join(folder, 'media', label),
    publicBaseUrl: () => 'http://media.test',
    storageId: id,
    signingKey: Buffer.alloc(32, 7),
    urlLifetimeSeconds: 300,
    maxObjectBytes: 1024,
  })
  return {
    id,
    label,
    provider: 'framelog',
    product: 'filesystem',
    isDefault: label === BACKEND_LABEL,
    store,
  }
}
