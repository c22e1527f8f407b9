import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { planted } from '../secrets/planted.ts'
import type { Reply, Settings } from './commands/command.ts'
import { type Handled, handle } from './handle.ts'
import { type Fault, type Faults, faultBook } from './http/faults.ts'
import { numberHeader, type Received, receive } from './http/received.ts'
import { sendRefusal, sendReply } from './http/respond.ts'
import type { Account } from './http/signature.ts'
import { Refusal } from './refusal.ts'
import { type Database, emptyDatabase } from './store/database.ts'
import { openTransactions } from './store/transactions.ts'

export type VastDbOptions = Partial<Settings> & {
  readonly buckets?: readonly string[]
  readonly account?: Account
  readonly nowMs?: () => number
  /** A transaction that nobody has used for so long is no more. */
  readonly expireAfterMs?: number
  /** Told of each request that came, once it is done. */
  readonly onRequest?: (request: Received, status: number) => void
}

/** A VAST DB of its own kind, in memory. What it refuses that the real one may take: docs/decisions/0054. */
export type VastDbServer = {
  readonly url: string
  readonly account: Account
  readonly bucket: string
  readonly faults: Faults
  /** Another address of the same database; with a port, one that was closed before. */
  addEndpoint(port?: number): Promise<Endpoint>
  /** A read-only image of a bucket as it is now. */
  takeSnapshot(bucket: string, name: string): void
  openTransactions(): number
  /** Closes all addresses. */
  close(): Promise<void>
}

export type Endpoint = { readonly url: string; readonly port: number; close(): Promise<void> }

const DEFAULTS: Settings = {
  version: '5.4.0.1',
  rowsPerPage: 65_536,
  rowsPerBatch: 16_384,
  framesPerKeepAlive: 0,
  maxListPage: 100_000,
}

export async function startVastDb(options: VastDbOptions = {}, port = 0): Promise<VastDbServer> {
  const { buckets = ['vastdb'], account = { accessKeyId: 'test-access', secretAccessKey: planted('vast') } } =
    options
  const { nowMs = Date.now, expireAfterMs = 600_000, onRequest } = options
  const faults = faultBook()
  const snapshots = new Map<string, Map<string, Database>>()
  const transactions = openTransactions(emptyDatabase(buckets), { nowMs, expireAfterMs })
  const settings = { ...DEFAULTS, ...options }
  const engine: Handled = { account, snapshots, settings, transactions, ...counters() }

  const answer = async (message: IncomingMessage, response: ServerResponse) => {
    const request = await receive(message)
    response.setHeader('Server', `vast ${settings.version}`)
    const fault = faults.next(request)
    if (fault?.kind === 'wait') await fault.until
    if (fault?.kind === 'cut_before') return void response.socket?.destroy()
    if (fault?.kind === 'expire') transactions.expire(numberHeader(request, 'tabular-txid') ?? 0n)
    const outcome = outcomeOf(request, engine, fault)
    if (fault?.kind === 'cut_after') response.socket?.destroy()
    else if (outcome instanceof Refusal) sendRefusal(response, request.method, outcome)
    else await sendReply(response, outcome, fault)
    onRequest?.(request, outcome instanceof Refusal ? outcome.status : 200)
  }

  const endpoints = new Set<Endpoint>()
  const addEndpoint = async (at = 0): Promise<Endpoint> => {
    const server = createServer(
      (message, response) => void answer(message, response).catch(() => response.destroy()),
    )
    // A client must not find its connection closed by an idle server just as it writes a request that it cannot repeat.
    server.keepAliveTimeout = 0
    server.listen(at, '127.0.0.1')
    await once(server, 'listening')
    const { port: bound } = server.address() as AddressInfo
    const close = async () => {
      endpoints.delete(endpoint)
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    }
    const endpoint = { url: `http://127.0.0.1:${bound}`, port: bound, close }
    endpoints.add(endpoint)
    return endpoint
  }

  return {
    url: (await addEndpoint(port)).url,
    account,
    bucket: buckets[0] ?? '',
    faults,
    addEndpoint,
    takeSnapshot: (bucket, name) =>
      void snapshots.set(bucket, new Map(snapshots.get(bucket)).set(name, transactions.committed())),
    openTransactions: () => transactions.openCount(),
    close: async () => void (await Promise.all([...endpoints].map(({ close }) => close()))),
  }
}

function outcomeOf(request: Received, engine: Handled, fault: Fault | undefined): Reply | Refusal {
  try {
    if (fault?.kind === 'answer') return new Refusal(fault.status, fault.code, 'as a test wants it')
    return handle(request, engine)
  } catch (error) {
    return error instanceof Refusal ? error : new Refusal(500, 'InternalError', String(error))
  }
}

function counters(): Pick<Handled, 'newHandle' | 'takeRowIds'> {
  let handles = 0
  const rows = new Map<number, number>()
  return {
    newHandle: () => ++handles,
    takeRowIds(handle, count) {
      const first = rows.get(handle) ?? 0
      rows.set(handle, first + count)
      const ids = new Float64Array(count)
      for (let at = 0; at < count; at++) ids[at] = first + at
      return ids
    },
  }
}
