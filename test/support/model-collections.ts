import type { LogModel, ModelFlow } from './log-model/model.ts'

/** The flows that collect a flow. */
export const collectorsOf = ({ flows }: LogModel, flow_id: string): ModelFlow[] =>
  [...flows.values()].filter(({ members }) => members.some(({ id }) => id === flow_id))

/** The sources that collect a source: their flows collect flows of it. */
export function collectingSourcesOf(model: LogModel, source_id: string): string[] {
  const flows = [...model.flows.values()].filter(({ flow }) => flow.source_id === source_id)
  const parents = flows.flatMap(({ flow }) => collectorsOf(model, flow.id))
  return parents.map(({ flow }) => flow.source_id).filter((id) => id !== source_id)
}

/** The sources that a source collects. */
export function collectedSourcesOf(model: LogModel, source_id: string): string[] {
  const flows = [...model.flows.values()].filter(({ flow }) => flow.source_id === source_id)
  const members = flows.flatMap((flow) => flow.members)
  return members.map(({ id }) => model.flows.get(id)!.flow.source_id).filter((id) => id !== source_id)
}
