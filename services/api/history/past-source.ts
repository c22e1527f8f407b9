import type { SourceRow } from '../../catalog/source-queries.ts'
import { replaySource } from '../../history/past-source.ts'
import type { ApiServices } from '../api-services.ts'
import type { Answer } from '../http/answer.ts'
import { notFound } from '../http/http-refusal.ts'
import { renderSource } from '../sources/render-source.ts'
import { answerAsOf } from './as-of.ts'

/** A Source as it was. @see TAMS GET_sources-sourceId */
export function answerPastSource(services: ApiServices, source_id: string, as_of: string): Promise<Answer> {
  return fromPastSource(services, source_id, as_of, (row) => ({ status: 200, json: renderSource(row) }))
}

/** Answers from a Source's row as it was. */
export function fromPastSource(
  services: ApiServices,
  source_id: string,
  as_of: string,
  answer: (row: SourceRow) => Answer,
): Promise<Answer> {
  return answerAsOf(services, as_of, async (past, then) => {
    await replaySource(past, services.catalog.reader, then, source_id)
    const row = then.reader.source(source_id)
    if (!row) throw notFound('there was no such source then')
    return answer(row)
  })
}
