import { parseTimeRange } from '../../../contracts/time/timerange.ts'
import type { FlowRow } from '../../catalog/flow-queries.ts'
import { replayFlow } from '../../history/past-flow.ts'
import type { ApiServices } from '../api-services.ts'
import { renderFlow } from '../flows/render-flow.ts'
import type { Answer } from '../http/answer.ts'
import { notFound } from '../http/http-refusal.ts'
import { answerAsOf } from './as-of.ts'

type Asked = {
  readonly as_of: string
  readonly flow_id: string
  /** The answer has the extent of the segments that overlapped it. */
  readonly timerange?: string
}

/** A Flow as it was. @see TAMS GET_flows-flowId */
export function answerPastFlow(services: ApiServices, { as_of, flow_id, timerange }: Asked): Promise<Answer> {
  return fromPastFlow(services, { as_of, flow_id }, (row, position) => {
    const extent =
      timerange === undefined
        ? undefined
        : services.catalog.reader.pastExtent(flow_id, parseTimeRange(timerange), position)
    return { status: 200, json: renderFlow(row, extent) }
  })
}

/** Answers from a Flow's row as it was. @param answer is given the position that `as_of` stands for */
export function fromPastFlow(
  services: ApiServices,
  { as_of, flow_id }: Omit<Asked, 'timerange'>,
  answer: (row: FlowRow, position: number) => Answer,
): Promise<Answer> {
  return answerAsOf(services, as_of, async (past, then) => {
    const { reader } = services.catalog
    const row = (await replayFlow(past, reader, then, flow_id)) ? then.reader.flow(flow_id) : undefined
    if (!row) throw notFound('there was no such flow then')
    return answer(row, past.position)
  })
}
