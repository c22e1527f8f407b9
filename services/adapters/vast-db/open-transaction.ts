import type { ServerVersion } from './server-version.ts'
import { commonHeaders, type Session, session } from './session.ts'
import type { Transport } from './transport/transport.ts'
import { CommitOutcomeUnknown, isVastDbError, VastDbError } from './vast-db-error.ts'

export type OpenTransaction = {
  readonly id: bigint
  readonly session: Session
  /** Tells the server that it is still in use. @throws VastDbError `transaction_gone` */
  keepAlive(): Promise<void>
  /** @throws VastDbError: it was not committed; CommitOutcomeUnknown: nobody knows */
  commit(): Promise<void>
  /** Repeating it is harmless, and so is it on one that is gone. */
  rollback(): Promise<void>
}

export type TransactionOptions = {
  /** How often the server is told that the transaction is still in use; it forgets idle ones. Default: a minute. */
  readonly keepAliveMs?: number
  /** Ends whatever is under way, and with it the transaction. */
  readonly signal?: AbortSignal
}

const KEEP_ALIVE_MS = 60_000
const COMMAND = { path: '/', query: 'transaction' } as const

export async function beginTransaction(
  transport: Transport,
  version: ServerVersion,
  { keepAliveMs = KEEP_ALIVE_MS, signal }: TransactionOptions = {},
): Promise<OpenTransaction> {
  // Of one that was begun and not heard of nothing remains but an id, which the server forgets.
  const begin = { ...COMMAND, method: 'POST', headers: commonHeaders(0n), repeatable: true, signal } as const
  const id = idOf((await transport.send(begin)).headers['tabular-txid'])
  let over: VastDbError | undefined
  const end = (why: VastDbError) => {
    over ??= why
    clearInterval(timer)
  }
  const inside = session(transport, version, id, {
    signal,
    check() {
      if (over) throw over
    },
    failed(error) {
      if (isVastDbError(error, 'transaction_gone')) end(error)
    },
  })
  const keepAlive = async () => {
    await gone(inside.send({ ...COMMAND, method: 'GET' })).catch((error) => {
      if (isVastDbError(error, 'transaction_gone')) end(error)
      throw error
    })
  }
  const timer = setInterval(() => void keepAlive().catch(() => undefined), keepAliveMs)
  timer.unref()

  // The transaction's own signal is not heeded here: it must end in any case.
  const sendEnd = (method: 'PUT' | 'DELETE', repeatable: boolean) =>
    gone(transport.send({ ...COMMAND, method, headers: commonHeaders(id), repeatable }))

  return {
    id,
    session: inside,
    keepAlive,
    async commit() {
      if (over) throw over
      end(new VastDbError('transaction_gone', 'the transaction has been committed'))
      try {
        await sendEnd('PUT', false)
      } catch (error) {
        if (!isVastDbError(error) || isRefusal(error)) throw error
        throw new CommitOutcomeUnknown(id, await answers(sendEnd('DELETE', true)), error)
      }
    },
    async rollback() {
      end(new VastDbError('transaction_gone', 'the transaction has been rolled back'))
      await sendEnd('DELETE', true).catch((error) => {
        if (!isVastDbError(error, 'transaction_gone')) throw error
      })
    },
  }
}

/** The commit was not carried out: it did not reach the server, or the server says so. */
const isRefusal = ({ kind, details: { status = 0 } }: VastDbError): boolean =>
  kind === 'unreachable' || kind === 'slow_down' || (status >= 400 && status < 500 && status !== 408)

/** Whatever the answer is, the server has come to it: nothing that was sent before it is still to be done. */
const answers = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    (error) => isVastDbError(error) && error.details.status !== undefined && error.details.status < 500,
  )

/** Where a transaction itself is asked for, not found means that there is none any more. */
const gone = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error) => {
    if (!isVastDbError(error, 'not_found')) throw error
    throw new VastDbError('transaction_gone', error.message, { ...error.details, cause: error })
  })

function idOf(header: string | string[] | undefined): bigint {
  if (typeof header === 'string' && /^\d{1,20}$/.test(header)) return BigInt(header)
  throw new VastDbError('protocol', 'a transaction has no id')
}
