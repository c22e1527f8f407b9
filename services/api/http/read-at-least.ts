import type { RequestHandler } from 'express'
import type { Catalog } from '../../catalog/catalog.ts'
import { badRequest } from './http-refusal.ts'

/** Told by commands, and accepted from readers. */
export const POSITION_HEADER = 'Framelog-Position'

/**
 * A reader that has seen a position elsewhere (another replica's answer, an event) may ask that what it reads
 * here includes it.
 * @throws HttpRefusal 400 for a position the log has not come to
 */
export const readAtLeast =
  (catalog: Catalog, logPosition: () => Promise<number>): RequestHandler =>
  (request, _response, next) => {
    const asked = request.headers['framelog-position']
    // Nearly all requests: they are not made to wait for a promise.
    if (asked === undefined) return next()
    waitFor(catalog, logPosition, asked).then(() => next(), next)
  }

async function waitFor(
  catalog: Catalog,
  logPosition: () => Promise<number>,
  asked: string | string[],
): Promise<void> {
  if (typeof asked !== 'string' || !/^\d{1,15}$/.test(asked)) {
    throw badRequest(`${POSITION_HEADER}: must be a position`)
  }
  const position = Number(asked)
  if (position <= catalog.position()) return
  if (position > (await logPosition())) throw badRequest(`${POSITION_HEADER}: the log has not come so far`)
  await catalog.reached(position)
}
