import type { DomainEventType } from '../../../contracts/events/domain-event.ts'
import type { RecordedEvent } from '../../../contracts/events/recorded-event.ts'
import { commandRules } from './command-rules.ts'
import { deletionRules, isOpen } from './deletion-rules.ts'
import { flowRules } from './flow-rules.ts'
import type { Broken, LogModel, Rules } from './model.ts'
import { objectRules } from './object-rules.ts'
import { profileRules } from './profile-rules.ts'
import { sourceRules } from './source-rules.ts'
import { timelineRules } from './timeline-rules.ts'
import { usesOfAll } from './uses.ts'
import { webhookRules } from './webhook-rules.ts'

const rules: Rules<DomainEventType> = {
  ServiceUpdated: (model, { data }) => {
    model.service = { ...model.service, ...data }
  },
  ...sourceRules,
  ...flowRules,
  ...timelineRules,
  ...objectRules,
  ...profileRules,
  ...webhookRules,
  ...deletionRules,
  ...commandRules,
}

export const emptyModel = (): LogModel => ({
  service: { name: '', description: '' },
  sources: new Map(),
  flows: new Map(),
  deletedFlows: new Map(),
  deletedSources: new Map(),
  timelines: new Map(),
  segmentTags: new Map(),
  removed: new Map(),
  collectors: new Map(),
  objects: new Map(),
  uses: new Map(),
  retired: [],
  profiles: new Map(),
  webhooks: new Map(),
  deletions: new Map(),
  givenUp: new Set(),
  revisions: new Map(),
  violations: [],
})

/** The model after `events`, with every broken promise on the way. */
export function replay(events: readonly RecordedEvent[], model = emptyModel()): LogModel {
  for (const event of events) {
    const broken: Broken = (what) => model.violations.push(`${event.position}, ${event.type}: ${what}`)
    const due = (model.revisions.get(event.stream) ?? -1) + 1
    if (event.revision !== due) broken(`${event.stream} goes on with ${event.revision}, not ${due}`)
    model.revisions.set(event.stream, event.revision)
    const rule = rules[event.type] as (model: LogModel, event: RecordedEvent, broken: Broken) => void
    rule(model, event, broken)
  }
  return model
}

/** Also what need not be so between the events of one append, only after it. */
export function violationsOf(model: LogModel): readonly string[] {
  const found = [...model.violations]
  const usesNow = usesOfAll(model)
  for (const [id, { references }] of model.objects) {
    const uses = usesNow.get(id) ?? 0
    if (references !== uses) found.push(`${id} counts ${references} references, and has ${uses}`)
  }
  for (const [id, { flowIds, isKept }] of model.sources) {
    const flows = [...model.flows.values()].filter(({ flow }) => flow.source_id === id)
    if (flows.length === 0 && !isKept) found.push(`the source ${id} has no flow`)
    if (flows.length !== flowIds.size) found.push(`the source ${id} counts ${flowIds.size} flows`)
  }
  for (const [id, segments] of model.timelines) {
    if (segments.length === 0 || model.flows.has(id)) continue
    const isSeenTo =
      model.givenUp.has(id) ||
      [...model.deletions.values()].some(
        (deletion) => deletion.order.flow_id === id && deletion.order.delete_flow && isOpen(deletion),
      )
    if (!isSeenTo) found.push(`nobody removes the segments of the deleted flow ${id}`)
  }
  return found
}
