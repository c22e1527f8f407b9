import { ascending, percentile } from '../statistics.ts'

/** What came of a number of requests. */
export type Load = {
  readonly requests: number
  /** From the first request to the last answer. */
  readonly seconds: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Of the server, on all its threads; undefined where the system does not tell. */
  readonly cpuMicrosPerRequest?: number
}

/** @param latencies milliseconds, one a request */
export function loadOf(latencies: readonly number[], seconds: number): Load {
  const sorted = ascending(latencies)
  return {
    requests: sorted.length,
    seconds,
    perSecond: sorted.length / seconds,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
  }
}

/** Adds what the requests cost the server in processor time: on a busy machine the steadiest figure there is. */
export async function withCpu(
  server: { cpuSeconds(): number | undefined },
  drive: () => Promise<Load>,
): Promise<Load> {
  const before = server.cpuSeconds()
  const load = await drive()
  const after = server.cpuSeconds()
  if (before === undefined || after === undefined) return load
  return { ...load, cpuMicrosPerRequest: ((after - before) * 1e6) / load.requests }
}
