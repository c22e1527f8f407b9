import type { FlowMetadata } from '../../contracts/resources/flow.ts'
import type { FlowCollection } from '../../contracts/resources/flow-collection.ts'
import type { Access } from '../../domain/access/access.ts'
import type { CommandServices } from './command-services.ts'
import { isFlowKnown } from './refuse-access.ts'
import { flowStream } from './stream-kind.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/** Members that are not there, or not for whoever asks. */
export async function missingFlows(
  unit: UnitOfWork,
  flow: Pick<FlowMetadata, 'id' | 'flow_collection'>,
  access?: Access,
): Promise<readonly string[]> {
  const missing: string[] = []
  for (const { id } of flow.flow_collection ?? []) {
    if (id === flow.id) continue
    const member = await unit.load(flowStream, id)
    if (!isFlowKnown(access, member.state)) missing.push(id)
  }
  return missing
}

/**
 * The collection without the members that were deleted since it was said, be they back or not. The members'
 * streams are read before the catalog is, so that one that goes later has this decided again.
 */
export async function membersOf(
  { catalog }: CommandServices,
  unit: UnitOfWork,
  { id, flow_collection = [] }: FlowMetadata,
): Promise<FlowCollection> {
  if (flow_collection.length === 0) return []
  await unit.preload(
    flowStream,
    flow_collection.map((member) => member.id),
  )
  for (const member of flow_collection) await unit.load(flowStream, member.id)
  await catalog.reached(await unit.confirm())
  return catalog.reader.members(id).map((item) => JSON.parse(item))
}

/** Of a Flow's members those that are not shown to whoever asks, who therefore neither names nor removes them. */
export async function hiddenMembers(
  services: CommandServices,
  unit: UnitOfWork,
  flow: FlowMetadata,
  access: Access | undefined,
): Promise<FlowCollection> {
  if (!access) return []
  const hidden: FlowCollection = []
  for (const member of await membersOf(services, unit, flow)) {
    const { state } = await unit.load(flowStream, member.id)
    if (member.id !== flow.id && !isFlowKnown(access, state)) hidden.push(member)
  }
  return hidden
}
