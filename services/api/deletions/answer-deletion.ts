import type { Request, Response } from 'express'
import type { DeletionRow } from '../../catalog/deletion-queries.ts'
import type { ApiServices } from '../api-services.ts'
import { type Answer, answerEmpty, answerJson } from '../http/answer.ts'
import { POSITION_HEADER } from '../http/read-at-least.ts'
import { renderDeletion } from './render-deletion.ts'
import { settledDeletions } from './settled-deletions.ts'

/**
 * The answer to deletions that go on, if any: 204 if all are done before long, else where the first that is
 * not can be watched.
 * @see TAMS DELETE_flows-flowId, DELETE_flows-flowId-segments
 */
export async function answerDeletions(
  services: ApiServices,
  request: Request,
  response: Response,
  deletion_ids: readonly string[],
): Promise<Answer> {
  const { catalog, deleteWaitMs } = services
  const [left] = await settledDeletions(catalog, deletion_ids, deleteWaitMs)
  if (deletion_ids.length > 0) response.setHeader(POSITION_HEADER, catalog.position())
  return left ? answerAccepted(services, request, left) : answerEmpty(204)
}

export function answerAccepted({ publicUrl }: ApiServices, request: Request, row: DeletionRow): Answer {
  const Location = `${publicUrl()}${request.baseUrl}/flow-delete-requests/${row.id}`
  return answerJson(202, renderDeletion(row), { Location })
}
