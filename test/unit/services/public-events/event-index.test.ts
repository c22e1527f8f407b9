import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RecordedEvent } from '../../../../contracts/events/recorded-event.ts'
import { createCatalogInMemory } from '../../../../projections/catalog/catalog-database.ts'
import { catalogWriter } from '../../../../projections/catalog/catalog-writer.ts'
import { renderDeletion } from '../../../../services/api/deletions/render-deletion.ts'
import { renderFlow } from '../../../../services/api/flows/render-flow.ts'
import { renderObject } from '../../../../services/api/objects/render-object.ts'
import { renderSource } from '../../../../services/api/sources/render-source.ts'
import { type DeletionQueries, deletionQueries } from '../../../../services/catalog/deletion-queries.ts'
import { type FlowQueries, flowQueries } from '../../../../services/catalog/flow-queries.ts'
import { type ObjectQueries, objectQueries } from '../../../../services/catalog/object-queries.ts'
import { type SourceQueries, sourceQueries } from '../../../../services/catalog/source-queries.ts'
import type { EventContext } from '../../../../services/public-events/event-context.ts'
import { openEventIndex } from '../../../../services/public-events/event-index.ts'
import type { Told } from '../../../../services/public-events/public-event.ts'
import { isIndexed } from '../../../../services/public-events/told-as.ts'
import { openCommandHarness, wholeLog } from '../../../support/command-harness.ts'
import { multiFlow, videoFlow } from '../../../support/flow-metadata.ts'
import { oneOfEach } from '../../../support/one-of-each.ts'
import { type RandomCommand, randomCommands } from '../../../support/random-commands.ts'
import { withFolder } from '../../../support/running-service.ts'

type Reader = FlowQueries & SourceQueries & DeletionQueries & ObjectQueries
type Expected = { readonly context: EventContext; readonly told: Told }

/**
 * What is to be told of each event, by its position, worked out from whole catalogs: what comes to be, as
 * clients saw it once the command was done; what goes, as they saw it before.
 */
function expectedOf(events: readonly RecordedEvent[]): ReadonlyMap<number, Expected> {
  const database = createCatalogInMemory()
  const writer = catalogWriter(database)
  const reader = {
    ...flowQueries(database),
    ...sourceQueries(database),
    ...deletionQueries(database),
    ...objectQueries(database),
  }
  const expected = new Map<number, Expected>()
  const lastKnown = new Map<string, EventContext>()
  for (const command of byCommand(events)) {
    const before = new Map(command.map((event) => [event, leaving(reader, event, lastKnown)]))
    const madeKnown = firstKnown(reader, command)
    writer.apply(command)
    for (const event of command) {
      const found =
        before.get(event) ??
        staying(reader, event) ??
        ofDeletion(reader, event, lastKnown) ??
        ofObject(reader, event, madeKnown)
      if (found) expected.set(event.position, found)
    }
  }
  database.close()
  return expected
}

/** Every command of the harness has a request of its own. */
function byCommand(events: readonly RecordedEvent[]): RecordedEvent[][] {
  const commands: RecordedEvent[][] = []
  for (const event of events) {
    if (commands.at(-1)?.[0]?.correlationId === event.correlationId) commands.at(-1)!.push(event)
    else commands.push([event])
  }
  return commands
}

function contextOfFlow(reader: Reader, flow_id: string): EventContext | undefined {
  const row = reader.flow(flow_id)
  return (
    row && {
      flow_id,
      source_id: row.source_id,
      flow_collected_by: reader.collectedBy(flow_id),
      source_collected_by: reader.sourceCollectedBy(row.source_id),
    }
  )
}

const contextOfSource = (reader: Reader, source_id: string): EventContext => ({
  source_id,
  source_collected_by: reader.sourceCollectedBy(source_id),
})

function leaving(
  reader: Reader,
  event: RecordedEvent,
  lastKnown: Map<string, EventContext>,
): Expected | undefined {
  if (event.type === 'SourceDeleted') {
    const { source_id } = event.data
    return { context: contextOfSource(reader, source_id), told: { what: 'source_id', source_id } }
  }
  if (event.type !== 'FlowDeleted' && event.type !== 'SegmentsDeleted') return undefined
  const { flow_id } = event.data
  const context = contextOfFlow(reader, flow_id) ?? lastKnown.get(flow_id)!
  lastKnown.set(flow_id, context)
  if (event.type === 'FlowDeleted') return { context, told: { what: 'flow_id', flow_id } }
  return { context, told: { what: 'timerange', flow_id, timerange: event.data.timerange } }
}

function staying(reader: Reader, event: RecordedEvent): Expected | undefined {
  switch (event.type) {
    case 'FlowCreated':
    case 'FlowUpdated':
    case 'FlowRestored': {
      const { id } = event.data.flow
      const json = renderFlow(reader.flow(id)!)
      return { context: contextOfFlow(reader, id)!, told: { what: 'flow', json } }
    }
    case 'SourceCreated':
    case 'SourceUpdated':
    case 'SourceRestored': {
      const { id } = event.data.source
      const json = renderSource(reader.source(id)!)
      return { context: contextOfSource(reader, id), told: { what: 'source', json } }
    }
    case 'SegmentsAdded':
      return {
        context: contextOfFlow(reader, event.data.flow_id)!,
        told: { what: 'segments', ...event.data },
      }
    default:
      return undefined
  }
}

function ofDeletion(
  reader: Reader,
  event: RecordedEvent,
  lastKnown: ReadonlyMap<string, EventContext>,
): Expected | undefined {
  if (!event.type.startsWith('Deletion') || event.type === 'DeletionForgotten') return undefined
  const { deletion_id } = event.data as { deletion_id: string }
  const row = reader.deletionRequest(deletion_id)!
  const json = JSON.stringify(renderDeletion(row))
  return {
    context: contextOfFlow(reader, row.flow_id) ?? lastKnown.get(row.flow_id)!,
    told: { what: 'deletion', deletion_id, json },
  }
}

/** The events by which clients come to know of an object. */
function firstKnown(reader: Reader, command: readonly RecordedEvent[]): ReadonlySet<RecordedEvent> {
  const seen = new Set<string>()
  const found = command.filter((event) => {
    if (event.type !== 'ObjectRegistered' && event.type !== 'ObjectReferenced') return false
    const { object_id } = event.data
    const { role = null } = reader.object(object_id) ?? {}
    const isFirst = role === null && !seen.has(object_id)
    seen.add(object_id)
    return isFirst
  })
  return new Set(found)
}

/** Objects that come to be are told as clients see them, but for what changes and where they are. */
function ofObject(
  reader: Reader,
  event: RecordedEvent,
  madeKnown: ReadonlySet<RecordedEvent>,
): Expected | undefined {
  const told = (object_id: string, said: object): Expected => ({
    context: {},
    told: { what: 'object', object_id, event: JSON.parse(JSON.stringify(said)) },
  })
  if (event.type === 'ObjectRegistered' || event.type === 'ObjectReferenced') {
    const { object_id } = event.data
    if (!madeKnown.has(event)) return undefined
    const row = reader.object(object_id)!
    const rendering = { renderUrls: () => '[]', withChecksums: true }
    const { get_urls: _, referenced_by_flows: __, ...object } = renderObject(reader, row, [], rendering)
    return told(object_id, {
      object: { ...object, ...(row.init_object_id !== null && { init_object: { id: row.init_object_id } }) },
    })
  }
  if (event.type === 'ObjectAllocated') {
    const { object_id, flow_id, storage_id, content_type } = event.data
    return told(object_id, { object_id, flow_id, storage_id, content_type })
  }
  if (event.type === 'ObjectMeasured' || event.type === 'ObjectRetired') {
    return told(event.data.object_id, event.data)
  }
  if (event.type === 'InstanceAdded') {
    const { object_id, label } = event.data
    return told(object_id, { object_id, label })
  }
  if (event.type === 'InstanceStored' || event.type === 'InstanceRemoved') {
    const { object_id } = event.data
    const { label, storage_id } = event.data as { label?: string; storage_id?: string }
    return told(object_id, { object_id, label, storage_id })
  }
  return undefined
}

async function eventsOf(folder: string, commands: readonly RandomCommand[]) {
  const harness = await openCommandHarness(folder)
  for (const command of commands) await command(harness)
  return { log: harness.log, events: await wholeLog(harness.log), close: harness.close }
}

/** Has the log indexed, so many commands at a time, by an index that has just been opened. */
async function toldOf(folder: string, commands: readonly RandomCommand[], sizes: readonly number[]) {
  const { log, events, close } = await eventsOf(folder, commands)
  const path = join(folder, 'public-events.db')
  const appends = byCommand(events)
  for (let done = 0, batch = 0; done < appends.length; batch++) {
    const index = await openEventIndex(path, log)
    const end = done + sizes[batch % sizes.length]!
    index.take(appends.slice(done, end).flat())
    index.close()
    done = end
  }
  const index = await openEventIndex(path, log)
  const told = new Map<number, Expected>()
  for (const event of events) {
    const { context, told: what } = index.tell(event) ?? {}
    if (context && what) told.set(event.position, { context, told: what })
  }
  index.close()
  await close()
  return { told, expected: expectedOf(events), events }
}

describe('what is told of events', () => {
  it('is as it was when they happened, however long ago that is', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 })
    const types = new Set<string>()
    await fc.assert(
      fc.asyncProperty(randomCommands(80), sizes, async (commands, batches) => {
        const { told, expected, events } = await withFolder((folder) => toldOf(folder, commands, batches))
        for (const event of events) if (told.has(event.position)) types.add(event.type)
        expect(told).toStrictEqual(expected)
      }),
      { numRuns: 25, examples: [[oneOfEach, [3]]] },
    )
    expect([...types].sort()).toStrictEqual([
      'DeletionCancelled',
      'DeletionCompleted',
      'DeletionFailed',
      'DeletionProgressed',
      'DeletionReleased',
      'DeletionRequested',
      'DeletionStarted',
      'FlowCreated',
      'FlowDeleted',
      'FlowRestored',
      'FlowUpdated',
      'InstanceAdded',
      'InstanceRemoved',
      'InstanceStored',
      'ObjectAllocated',
      'ObjectMeasured',
      'ObjectReferenced',
      'ObjectRegistered',
      'ObjectRetired',
      'SegmentsAdded',
      'SegmentsDeleted',
      'SourceCreated',
      'SourceDeleted',
      'SourceRestored',
      'SourceUpdated',
    ])
  })

  it('knows of what is gone what it was a part of, even where all of it went at once', async () => {
    const commands: readonly RandomCommand[] = [
      ({ putFlow }) => putFlow(videoFlow('video', 'camera')),
      ({ putFlow }) =>
        putFlow(multiFlow('programme', 'show', { flow_collection: [{ id: 'video', role: 'v' }] })),
      ({ allocate }) => allocate('video', 'a'),
      ({ register }) => register('video', { object_id: 'a', timerange: '[0:0_1:0)' }),
      ({ deleteFlows }) => deleteFlows('programme', 'video'),
    ]
    const { told, events } = await withFolder((folder) => toldOf(folder, commands, [100]))
    const gone = events.slice(-12).flatMap(({ position, type, data }) => {
      const found = told.get(position)
      return found && (type.endsWith('Deleted') || type === 'SegmentsDeleted')
        ? [[type, found.context, data]]
        : []
    })
    const video = { flow_id: 'video', source_id: 'camera' }
    const inBoth = { flow_collected_by: ['programme'], source_collected_by: ['show'] }
    const inNone = { flow_collected_by: [], source_collected_by: [] }
    const contexts = gone.map(([type, context]) => [type, context])
    expect(contexts).toHaveLength(5)
    expect(contexts).toEqual(
      expect.arrayContaining([
        ['FlowDeleted', { flow_id: 'programme', source_id: 'show', ...inNone }],
        ['FlowDeleted', { ...video, ...inBoth }],
        ['SegmentsDeleted', { ...video, ...inBoth }],
        ['SourceDeleted', { source_id: 'show', source_collected_by: [] }],
        ['SourceDeleted', { source_id: 'camera', source_collected_by: ['show'] }],
      ]),
    )
  })

  it('begins anew where its index is of another log', async () => {
    await withFolder(async (folder) => {
      const first = await eventsOf(join(folder, 'one'), oneOfEach)
      const path = join(folder, 'public-events.db')
      const index = await openEventIndex(path, first.log)
      index.take(first.events.filter(isIndexed))
      expect(index.position()).toBeGreaterThan(0)
      index.close()
      const again = await openEventIndex(path, first.log)
      expect(again.position()).toBeGreaterThan(0)
      again.close()
      await first.close()

      const second = await eventsOf(join(folder, 'two'), oneOfEach)
      const other = await openEventIndex(path, second.log)
      expect(other.position()).toBe(0)
      other.close()
      await second.close()
    })
  })
})
