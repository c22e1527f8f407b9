import type { Request, Response } from 'express'
import type { EventContext } from '../../../contracts/events/recorded-event.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import { commandContext } from '../../commands/event-context.ts'
import { POSITION_HEADER } from './read-at-least.ts'
import { requestIdOf } from './request-id.ts'

/** What the events of a request's command say of where they come from. */
export const contextOf = (_request: Request, response: Response): EventContext =>
  commandContext(requestIdOf(response), null)

/** A command's answer leaves once this process's reads show what it did; it says where in the log that is. */
export async function commandDone(
  { catalog }: { readonly catalog: Catalog },
  response: Response,
  position: number,
): Promise<void> {
  response.setHeader(POSITION_HEADER, position)
  await catalog.reached(position)
}
