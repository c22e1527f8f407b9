import type { Health } from '../../../contracts/resources/health.ts'
import type { ApiServices } from '../api-services.ts'

/** Each settles if a part is well, maybe with a word about it, and rejects saying why it is not. */
export type Checks = Readonly<Record<string, () => Promise<unknown>>>

export type Dependencies = {
  readonly logPosition: () => Promise<number>
  /** The parts this process cannot work without. */
  readonly checks: Checks
  /** Where media is: without it clients cannot upload or download, but all else goes on. Whoever delivers, too. */
  readonly storageChecks: Checks
  /** Metrics of other threads, as Prometheus reads them. */
  readonly moreMetrics: () => Promise<string>
}

/** How far what is read here is, and what runs. */
export type HealthServices = {
  readonly catalog: Pick<ApiServices['catalog'], 'position'>
  readonly serviceVersion: string
}

const CHECK_TIMEOUT_MS = 3000

/** Asks every part this process depends on; one that does not answer in time is not well. */
export async function checkHealth(
  { catalog, serviceVersion }: HealthServices,
  { logPosition, checks, storageChecks }: Dependencies,
): Promise<Health> {
  const [log_position, needed, storage] = await Promise.all([
    inTime(logPosition()).catch(() => -1),
    verdictsOf(checks),
    verdictsOf(storageChecks),
  ])
  const { rss, heapUsed } = process.memoryUsage()
  const position = catalog.position()
  return {
    status: areWell(needed) ? (areWell(storage) ? 'ok' : 'degraded') : 'unavailable',
    version: serviceVersion,
    uptime_seconds: Math.round(process.uptime()),
    memory: { rss_bytes: rss, heap_used_bytes: heapUsed },
    log_position,
    catalog: { position, lag_events: Math.max(0, log_position - position) },
    checks: { ...needed, ...storage },
  }
}

type Verdicts = Health['checks']

const verdictsOf = async (checks: Checks): Promise<Verdicts> =>
  Object.fromEntries(
    await Promise.all(Object.entries(checks).map(async ([name, check]) => [name, await verdict(check)])),
  )

const areWell = (verdicts: Verdicts): boolean => Object.values(verdicts).every(({ ok }) => ok)

async function verdict(check: () => Promise<unknown>): Promise<{ ok: boolean; detail?: string }> {
  try {
    const told = await inTime(check())
    return { ok: true, ...(typeof told === 'string' && { detail: told }) }
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) }
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
