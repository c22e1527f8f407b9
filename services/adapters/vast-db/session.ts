import type { ServerVersion } from './server-version.ts'
import type { Call, Reply, StreamedReply, Transport } from './transport/transport.ts'

/** Whoever speaks inside one transaction. */
export type Session = {
  readonly transactionId: bigint
  readonly version: ServerVersion
  readonly transport: Transport
  send(call: Call): Promise<Reply>
  stream(call: Call): Promise<StreamedReply>
}

const COMMON = { 'tabular-api-version-id': '1', 'tabular-client-name': 'tabular-api' }

/** What every call to the database says of itself; the transaction 0 is none. */
export const commonHeaders = (transactionId: bigint): Readonly<Record<string, string>> => ({
  'tabular-txid': String(transactionId),
  ...COMMON,
})

export function session(
  transport: Transport,
  version: ServerVersion,
  transactionId: bigint,
  { signal, check, failed }: SessionOptions,
): Session {
  const inside = (call: Call): Call => ({
    ...call,
    headers: { ...commonHeaders(transactionId), ...call.headers },
    signal: call.signal && signal ? AbortSignal.any([call.signal, signal]) : (call.signal ?? signal),
  })
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    check()
    return work().catch((error: unknown) => {
      failed(error)
      throw error
    })
  }
  return {
    transactionId,
    version,
    transport,
    send: (call) => guarded(() => transport.send(inside(call))),
    stream: (call) => guarded(() => transport.stream(inside(call))),
  }
}

export type SessionOptions = {
  readonly signal?: AbortSignal | undefined
  /** @throws VastDbError once there is no transaction any more */
  check(): void
  failed(error: unknown): void
}
