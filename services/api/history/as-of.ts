import type { PastCatalog } from '../../history/past-catalog.ts'
import { type PastLog, pastLog } from '../../history/past-log.ts'
import { positionAt } from '../../history/position-at.ts'
import type { ApiServices } from '../api-services.ts'
import type { Answer } from '../http/answer.ts'
import { badRequest } from '../http/http-refusal.ts'
import { POSITION_HEADER } from '../http/read-at-least.ts'

/**
 * The position `as_of` stands for; the catalog knows by then of all that was before it.
 * @throws HttpRefusal 400 for one the log has not come to
 */
export async function positionAsOf({ log, catalog }: ApiServices, as_of: string): Promise<number> {
  const isPosition = /^\d+$/.test(as_of)
  const position = isPosition ? Number(as_of) : await positionAt(log, Date.parse(as_of))
  if (position > catalog.position()) {
    if (position > (await log.head())) throw badRequest('as_of: the log has not come so far')
    await catalog.reached(position)
  }
  return position
}

/** Answers from a catalog that holds what `replay` puts into it, and says of which position. */
export async function answerAsOf(
  services: ApiServices,
  as_of: string,
  answer: (past: PastLog, then: PastCatalog) => Promise<Answer>,
): Promise<Answer> {
  const position = await positionAsOf(services, as_of)
  const past = pastLog(services.log, position)
  const { headers, ...rest } = await services.pastCatalogs.use((then) => answer(past, then))
  return { ...rest, headers: { ...headers, [POSITION_HEADER]: String(position) } }
}
