import { ANALYTICS_VERSION } from '../../../projections/analytics/schema.ts'
import { joinRowIds } from '../../adapters/vast-db/rows/row-ids.ts'
import type { Table } from '../../adapters/vast-db/table.ts'
import type { Checkpoints } from '../checkpoints.ts'

const PREFIX = 'views '

/**
 * The row of `framelog_checkpoint` that tells how far the tables of the views are, and in which shape: what a view means may
 * change from a release to the next.
 */
export const VIEWS_ROW = `${PREFIX}${ANALYTICS_VERSION}`

/** Whether this service has ever made tables of views. */
export const hasViews = (checkpoints: Checkpoints): boolean =>
  [...checkpoints.keys()].some((name) => name.startsWith(PREFIX))

/** Forgets how far tables of another shape were. */
export async function forgetOtherShapes(table: Table, checkpoints: Checkpoints): Promise<void> {
  const others = [...checkpoints].filter(([name]) => name.startsWith(PREFIX) && name !== VIEWS_ROW)
  await table.delete(joinRowIds(others.map(([, { row }]) => row)))
}
