import { streamName } from '../../../contracts/events/stream-name.ts'
import type { ApiServices } from '../api-services.ts'
import type { Answer } from '../http/answer.ts'
import { notFound } from '../http/http-refusal.ts'
import { renderProfile } from '../profiles/render-profile.ts'
import { answerAsOf } from './as-of.ts'

/** A Profile, if it was there: it never changes. @see TAMS GET_profiles-profileId */
export function answerPastProfile(services: ApiServices, profile_id: string, as_of: string): Promise<Answer> {
  return answerAsOf(services, as_of, async (past, then) => {
    await then.take(past.pages(streamName.profile(profile_id)))
    const row = then.reader.profile(profile_id)
    if (!row) throw notFound('there was no such profile then')
    return { status: 200, json: renderProfile(row) }
  })
}
