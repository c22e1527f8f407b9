import type { Router } from 'express'
import {
  getVastBuckets,
  getVastStatus,
  getVastTableStats,
} from '../../../contracts/operations/get-vast-status.ts'
import { isVastDbError } from '../../adapters/vast-db/vast-db-error.ts'
import { NO_VAST, type VastOverview } from '../../projector/vast-overview.ts'
import type { ApiServices } from '../api-services.ts'
import { answerJson } from '../http/answer.ts'
import { HttpRefusal, notFound } from '../http/http-refusal.ts'
import { mount } from '../http/mount.ts'

export type ServedVast = {
  readonly overview: VastOverview
  /** What went wrong last with the projector of this process, if there is one. */
  readonly projectorError: () => Promise<string | undefined>
}

/** @param vast none where it is not configured */
export function vastRoutes(router: Router, { log }: ApiServices, vast: ServedVast | undefined): void {
  mount(router, getVastStatus, async () => {
    if (!vast) return answerJson(200, NO_VAST)
    const [head, error] = await Promise.all([log.head(), vast.projectorError()])
    return answerJson(200, await vast.overview.status(head, error))
  })

  mount(router, getVastBuckets, async () => {
    const buckets = await asked(vast, (overview) => overview.buckets())
    return answerJson(200, { buckets })
  })

  mount(router, getVastTableStats, async ({ params: { name } }) => {
    const stats = await asked(vast, (overview) => overview.stats(name))
    if (!stats) throw notFound(`VAST DB has no table ${name} yet`)
    const { rows, bytes, sorted, sorting, writeAmplification } = stats
    return answerJson(200, {
      name,
      rows: Number(rows),
      bytes: Number(bytes),
      sorted,
      sorting_done: sorting.done,
      write_amplification: Number(writeAmplification),
    })
  })
}

async function asked<T>(
  vast: ServedVast | undefined,
  question: (overview: VastOverview) => Promise<T>,
): Promise<T> {
  if (!vast)
    throw new HttpRefusal(404, 'vast_not_configured', 'there is no VAST DB: VAST_ENDPOINT is not set')
  try {
    return await question(vast.overview)
  } catch (error) {
    if (!isVastDbError(error)) throw error
    throw new HttpRefusal(503, 'vast_out_of_reach', `VAST DB: ${error.message}`, { 'Retry-After': '5' })
  }
}
