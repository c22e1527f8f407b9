import { setImmediate as nextTurn } from 'node:timers/promises'
import { FLOW_RETENTION, type RetainedFlow, SEGMENT_RETENTION } from '../../domain/retention/retention.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { tagExists } from '../catalog/conditions.ts'
import type { ListKey } from '../catalog/list-queries.ts'
import { retainedFlow } from '../commands/act-on-retention.ts'

export type TaggedFlow = { readonly id: string; readonly retained: RetainedFlow }

/** A page is read, and gone through, in one turn of this thread. */
const FLOWS_PER_PAGE = 20

/**
 * Every flow that has a retention tag, once: newest first, so that those made meanwhile do not prolong it. Flows
 * may go while it runs. Other work has its turn after each page.
 */
export async function* taggedFlows(catalog: Catalog): AsyncGenerator<TaggedFlow> {
  for (const tag of [FLOW_RETENTION, SEGMENT_RETENTION]) {
    const conditions = [tagExists('flows', tag, true)]
    let from: ListKey | undefined
    do {
      const { reader } = catalog
      const page = reader.flows({
        conditions,
        sort: 'created',
        reverse: false,
        limit: FLOWS_PER_PAGE,
        ...(from && { from }),
      })
      const flows = page.rows.map((row) => ({ id: row.id, retained: retainedFlow(reader, row) }))
      const hadTurn = ({ retained }: TaggedFlow) =>
        tag !== FLOW_RETENTION && Object.hasOwn(retained.tags, FLOW_RETENTION)
      for (const flow of flows) if (!hadTurn(flow)) yield flow
      from = page.next
      await nextTurn()
    } while (from)
  }
}
