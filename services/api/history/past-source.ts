import { replaySource } from '../../history/past-source.ts'
import type { ApiServices } from '../api-services.ts'
import type { Answer } from '../http/answer.ts'
import { notFound } from '../http/http-refusal.ts'
import { renderSource } from '../sources/render-source.ts'
import { answerAsOf } from './as-of.ts'

/** A Source as it was. @see TAMS GET_sources-sourceId */
export function answerPastSource(services: ApiServices, source_id: string, as_of: string): Promise<Answer> {
  return answerAsOf(services, as_of, async (past, then) => {
    await replaySource(past, services.catalog.reader, then, source_id)
    const row = then.reader.source(source_id)
    if (!row) throw notFound('there was no such source then')
    return { status: 200, json: renderSource(row) }
  })
}
