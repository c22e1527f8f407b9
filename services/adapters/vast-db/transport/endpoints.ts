import { Agent as HttpAgent } from 'node:http'
import { type AgentOptions, Agent as HttpsAgent } from 'node:https'
import { VastDbError } from '../vast-db-error.ts'

/** One address of the cluster. All of them see the same transactions. */
export type Endpoint = {
  /** Scheme, host and port, as it was given: no `/` at its end. */
  readonly baseUrl: string
  readonly url: URL
  /** The Host header: the port only if it is not that of the scheme. */
  readonly host: string
  readonly agent: HttpAgent
}

export type EndpointHealth = {
  readonly baseUrl: string
  readonly healthy: boolean
  /** Failures since it last answered. */
  readonly failures: number
  /** Why it was last left alone; absent if it answers. */
  readonly reason?: string
}

export type Endpoints = {
  /** The first healthy one after `turn` others; if none is healthy, the one that has been left alone for longest. */
  pick(turn?: number): Endpoint
  answered(endpoint: Endpoint): void
  failed(endpoint: Endpoint, reason: string): void
  /** Another one is healthy, so that it can be tried without waiting. */
  hasOther(endpoint: Endpoint): boolean
  health(): readonly EndpointHealth[]
  /** Asks all of them for a sign of life, those too that nobody has had a use for. Never rejects. */
  probe(): Promise<void>
  close(): void
}

export type EndpointOptions = {
  readonly baseUrls: readonly string[]
  /** Open connections per address. */
  readonly maxSockets: number
  readonly tls?: AgentOptions | undefined
  /** For how long an address that failed is left alone, at first and at most: twice as long each time. */
  readonly leaveAloneMs: { readonly first: number; readonly most: number }
  /** Asks an address for a sign of life, once it was left alone for long enough. */
  readonly probe: (endpoint: Endpoint) => Promise<void>
  readonly now: () => number
}

type State = {
  readonly endpoint: Endpoint
  failures: number
  dueAt: number
  reason?: string
  probing: boolean
}

/** Idle connections are let go of before servers, which commonly wait for 5 s, close them under a request. */
const IDLE_SOCKET_MS = 4000

/**
 * Which address to use next. One that does not answer is left alone for a while; then it is asked in the
 * background, so that no request has to find out.
 */
export function endpoints(options: EndpointOptions): Endpoints {
  const states = options.baseUrls.map(
    (baseUrl): State => ({ endpoint: endpointOf(baseUrl, options), failures: 0, dueAt: 0, probing: false }),
  )
  if (states.length === 0) throw new VastDbError('bad_argument', 'an endpoint is needed')
  const stateOf = (endpoint: Endpoint) => states.find((state) => state.endpoint === endpoint) as State

  const probeAnew = (state: State) => {
    if (state.failures === 0 || state.probing || options.now() < state.dueAt) return
    state.probing = true
    options
      .probe(state.endpoint)
      .catch(() => undefined)
      .finally(() => {
        state.probing = false
      })
  }

  return {
    pick(turn = 0) {
      for (const state of states) probeAnew(state)
      const healthy = states.filter((state) => state.failures === 0)
      const longestAlone = states.reduce((one, other) => (other.dueAt < one.dueAt ? other : one))
      return (healthy[turn % healthy.length] ?? longestAlone).endpoint
    },
    answered(endpoint) {
      const state = stateOf(endpoint)
      state.failures = 0
      delete state.reason
    },
    failed(endpoint, reason) {
      const state = stateOf(endpoint)
      const { first, most } = options.leaveAloneMs
      state.dueAt = options.now() + Math.min(most, first * 2 ** Math.min(state.failures, 30))
      state.failures += 1
      state.reason = reason
    },
    hasOther: (endpoint) => states.some((state) => state.endpoint !== endpoint && state.failures === 0),
    health: () =>
      states.map(({ endpoint: { baseUrl }, failures, reason }) => ({
        baseUrl,
        healthy: failures === 0,
        failures,
        ...(reason !== undefined && { reason }),
      })),
    probe: async () => {
      await Promise.allSettled(states.map(({ endpoint }) => options.probe(endpoint)))
    },
    close() {
      for (const { endpoint } of states) endpoint.agent.destroy()
    },
  }
}

function endpointOf(baseUrl: string, { maxSockets, tls }: EndpointOptions): Endpoint {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.username)
    throw new VastDbError('bad_argument', 'an endpoint is http:// or https://, a host and perhaps a port')
  const settings = { keepAlive: true, maxSockets, timeout: IDLE_SOCKET_MS }
  return {
    baseUrl: baseUrl.replace(/\/$/, ''),
    url,
    host: url.host,
    agent: url.protocol === 'https:' ? new HttpsAgent({ ...tls, ...settings }) : new HttpAgent(settings),
  }
}
