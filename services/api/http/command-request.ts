import type { Request, Response } from 'express'
import { IDEMPOTENCY_HEADER, IdempotencyKey } from '../../../contracts/http/idempotency-key.ts'
import { accessOf } from '../../access/access-of.ts'
import { principalOf } from '../../access/principal.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import { commandKey } from '../../commands/command-key.ts'
import { type CommandContext, commandContext, keyedContext } from '../../commands/event-context.ts'
import { badRequest } from './http-refusal.ts'
import { POSITION_HEADER } from './read-at-least.ts'
import { requestIdOf } from './request-id.ts'

/** Node has the names of headers in lower case. */
const HEADER = IDEMPOTENCY_HEADER.toLowerCase()

/** Clients that repeat a request do so within minutes. */
const KEYS_KEPT_DAYS = 1

/**
 * What the events of a request's command say of where they come from.
 * @throws HttpRefusal 400 for an idempotency key that is none
 */
export function contextOf(request: Request, response: Response): CommandContext {
  const header = request.headers[HEADER]
  const actor = principalOf(response).name
  const access = accessOf(response)
  const withAccess = (context: CommandContext) => (access ? { access, ...context } : context)
  if (header === undefined) return withAccess(commandContext(requestIdOf(response), actor))
  const key = IdempotencyKey.safeParse(header)
  if (!key.success) throw badRequest(`${IDEMPOTENCY_HEADER}: ${key.error.issues[0]!.message}`)
  const said = {
    channel: 'http',
    actor,
    key: key.data,
    request: [request.method, request.url, JSON.stringify(request.body ?? null)],
    days: KEYS_KEPT_DAYS,
    nowMs: Date.now(),
  }
  return withAccess(keyedContext(commandKey(said), requestIdOf(response), said.actor))
}

/** For requests that cannot be told from one another without keeping all that they brought. */
export function refuseKey(request: Request): void {
  if (request.headers[HEADER] !== undefined) throw badRequest(`${IDEMPOTENCY_HEADER}: is not for forms`)
}

/** A command's answer leaves once this process's reads show what it did; it says where in the log that is. */
export async function commandDone(
  { catalog }: { readonly catalog: Catalog },
  response: Response,
  position: number,
): Promise<void> {
  response.setHeader(POSITION_HEADER, position)
  await catalog.reached(position)
}
