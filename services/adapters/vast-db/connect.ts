import type { AgentOptions } from 'node:https'
import { listBuckets } from './ddl/list-buckets.ts'
import { bucketPath } from './names.ts'
import { beginTransaction, type TransactionOptions } from './open-transaction.ts'
import { type RunOptions, runInTransaction } from './run-in-transaction.ts'
import { parseServerVersion, type ServerVersion } from './server-version.ts'
import { type Transaction, transaction } from './transaction.ts'
import { type Endpoint, type EndpointHealth, endpoints } from './transport/endpoints.ts'
import { exchange } from './transport/exchange.ts'
import type { RetryPolicy } from './transport/retry.ts'
import { type Credentials, EMPTY_PAYLOAD, requestSigner } from './transport/sign-request.ts'
import { type Transport, transport } from './transport/transport.ts'
import { isVastDbError } from './vast-db-error.ts'

export type ConnectOptions = {
  /** Base URLs of one cluster: `http://host:port`. The first one that answers takes what is written. */
  readonly endpoints: readonly string[]
  readonly credentials: Credentials
  /** In the signature; the server does not look at it. Default: empty. */
  readonly region?: string
  readonly timeouts?: { readonly connectMs?: number; readonly idleMs?: number }
  readonly retries?: Partial<RetryPolicy>
  /** For how long an address that does not answer is left alone. */
  readonly leaveAloneMs?: { readonly first: number; readonly most: number }
  /** Open connections per address. */
  readonly maxSockets?: number
  /** For `https:`. */
  readonly tls?: AgentOptions
  readonly userAgent?: string
  readonly signal?: AbortSignal
}

export type VastDb = {
  readonly version: ServerVersion
  /** Whether and since how many failures each address does not answer. */
  health(): readonly EndpointHealth[]
  /** Asks every address for a sign of life, for `health` to tell of now. Never rejects. */
  probe(): Promise<void>
  listBuckets(): Promise<readonly string[]>
  bucketExists(bucket: string): Promise<boolean>
  /**
   * Commits when the work is done, rolls back when it throws.
   * @throws what the work throws; VastDbError; CommitOutcomeUnknown
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>, options?: RunOptions): Promise<T>
  /** For those who commit by themselves. */
  begin(options?: TransactionOptions): Promise<Transaction>
  /** Lets go of all connections. */
  close(): void
}

const TIMEOUTS = { connectMs: 5000, idleMs: 60_000 }
const RETRIES: RetryPolicy = { tries: 10, totalMs: 60_000, firstWaitMs: 1000 }
const LEAVE_ALONE_MS = { first: 1000, most: 30_000 }
const MAX_SOCKETS = 64
const USER_AGENT = 'framelog-vast-db'
const PROBE = { method: 'GET', path: '/', query: 'transaction', anyStatus: true } as const

/**
 * Asks the first address that answers for the server's version.
 * @throws VastDbError `not_vast_db`, `unsupported_by_server`, `unreachable`, `bad_argument`
 */
export async function connect(options: ConnectOptions): Promise<VastDb> {
  const over = transportOf(options)
  try {
    const { headers } = await over.send({ ...PROBE, signal: options.signal })
    const server = headers['server']
    return vastDb(over, parseServerVersion(typeof server === 'string' ? server : undefined))
  } catch (error) {
    over.endpoints.close()
    throw error
  }
}

function transportOf(options: ConnectOptions): Transport {
  const sign = requestSigner(options.credentials, options.region)
  const timeouts = { ...TIMEOUTS, ...options.timeouts }
  const userAgent = options.userAgent ?? USER_AGENT
  const probe = async (endpoint: Endpoint) => {
    const signed = sign({ ...PROBE, host: endpoint.host, payload: EMPTY_PAYLOAD }, new Date())
    const headers = { 'user-agent': userAgent, ...signed }
    const request = {
      method: 'GET',
      target: '/?transaction',
      headers,
      body: undefined,
      timeouts,
      signal: undefined,
    }
    const { body } = await exchange(endpoint, request).catch((error) => {
      pool.failed(endpoint, error.message)
      throw error
    })
    body.resume()
    pool.answered(endpoint)
  }
  const pool = endpoints({
    baseUrls: options.endpoints,
    maxSockets: options.maxSockets ?? MAX_SOCKETS,
    tls: options.tls,
    leaveAloneMs: options.leaveAloneMs ?? LEAVE_ALONE_MS,
    probe,
    now: () => performance.now(),
  })
  return transport({
    endpoints: pool,
    sign,
    timeouts,
    retries: { ...RETRIES, ...options.retries },
    userAgent,
  })
}

function vastDb(over: Transport, version: ServerVersion): VastDb {
  const begin = async (options?: TransactionOptions) =>
    transaction(await beginTransaction(over, version, options))
  return {
    version,
    health: over.endpoints.health,
    probe: over.endpoints.probe,
    listBuckets: () => listBuckets(over),
    async bucketExists(bucket) {
      try {
        await over.send({ method: 'HEAD', path: bucketPath(bucket), query: '' })
        return true
      } catch (error) {
        if (isVastDbError(error, 'not_found')) return false
        throw error
      }
    },
    begin,
    transaction: (work, options) => runInTransaction(begin, work, options),
    close: over.endpoints.close,
  }
}
