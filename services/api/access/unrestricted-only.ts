import type { Response } from 'express'
import { deleteObject } from '../../../contracts/operations/delete-object.ts'
import { getFlowDeleteRequests } from '../../../contracts/operations/get-flow-delete-requests.ts'
import { getFlowHistory } from '../../../contracts/operations/get-flow-history.ts'
import { getSourceHistory } from '../../../contracts/operations/get-source-history.ts'
import {
  getVastBuckets,
  getVastStatus,
  getVastTableStats,
} from '../../../contracts/operations/get-vast-status.ts'
import { postObjects } from '../../../contracts/operations/post-objects.ts'
import { postService } from '../../../contracts/operations/post-service.ts'
import { accessOf } from '../../access/access-of.ts'
import { HttpRefusal } from '../http/http-refusal.ts'

/**
 * What is of no class: what goes for all content, what tells of all of it at once, and what was so once, when
 * classes may have been others. Objects that no Flow uses have no classes either. Analytics are the same.
 * @see AppNote 0016; docs/decisions/0066
 */
const OPERATIONS = [
  postService,
  getFlowDeleteRequests,
  getFlowHistory,
  getSourceHistory,
  postObjects,
  deleteObject,
  getVastStatus,
  getVastBuckets,
  getVastTableStats,
]

export const UNRESTRICTED_ONLY: ReadonlySet<string> = new Set(
  OPERATIONS.map(({ operationId }) => operationId),
)

/** @throws HttpRefusal 403 where a request may not do everything */
export function requireUnrestricted(response: Response): void {
  if (!accessOf(response)) return
  throw new HttpRefusal(403, 'not_for_classes', 'this is only for those who may read and write everything')
}
