import { checkCommonHeaders, commandFor } from './commands/all-commands.ts'
import type { Command, Engine, Reply } from './commands/command.ts'
import { answerS3 } from './http/buckets.ts'
import { checkForm, numberHeader, type Received } from './http/received.ts'
import { type Account, checkSignature } from './http/signature.ts'
import { notFound, Refusal } from './refusal.ts'
import type { Database } from './store/database.ts'
import type { Transaction } from './store/transactions.ts'

export type Handled = Engine & {
  readonly account: Account
  /** Images of the database, by bucket and name. */
  readonly snapshots: ReadonlyMap<string, ReadonlyMap<string, Database>>
}

/** Answers a request. @throws Refusal for one that is not served */
export function handle(request: Received, engine: Handled): Reply {
  checkForm(request)
  checkSignature(request, engine.account)
  if (request.command === '') {
    const names = engine.snapshots.get(request.segments[0] ?? '')?.keys() ?? []
    return answerS3(request, engine.transactions.committed(), [...names])
  }
  if (request.command === 'transaction') return answerTransaction(request, engine)
  const command = commandFor(request)
  const id = numberHeader(request, 'tabular-txid') ?? 0n
  return id === 0n
    ? runAlone(request, engine, command)
    : run(request, engine, command, engine.transactions.find(id))
}

/** @see section 2 of the protocol */
function answerTransaction(request: Received, { transactions }: Handled): Reply {
  if (isProbe(request)) return {}
  checkCommonHeaders(request)
  if (request.segments.length > 0) throw notFound('transactions are of no bucket')
  const id = numberHeader(request, 'tabular-txid') ?? 0n
  if (request.method === 'POST') {
    if (id !== 0n) throw new Refusal(400, 'InvalidArgument', 'a transaction within a transaction')
    return { headers: { 'tabular-txid': String(transactions.begin().id) } }
  }
  if (request.method === 'PUT') transactions.commit(id)
  else if (request.method === 'DELETE') transactions.rollBack(id)
  else if (request.method === 'GET') transactions.find(id)
  else throw new Refusal(405, 'MethodNotAllowed', `${request.method} of transaction`)
  return {}
}

/**
 * What a client asks to learn the version, by none of the protocol's headers or, from 2.1 of the official one on, by one
 * of its own. That one also minds the status.
 */
function isProbe({ method, headers }: Received): boolean {
  const ours = Object.keys(headers).filter((name) => name.startsWith('tabular-'))
  return method === 'GET' && ours.every((name) => name === 'tabular-get-vast-version')
}

function run(request: Received, engine: Handled, command: Command, transaction: Transaction): Reply {
  return command.run({ request, engine, transaction: inSnapshot(request, engine, transaction) })
}

/** Without a transaction a call commits by itself. */
function runAlone(request: Received, engine: Handled, command: Command): Reply {
  const transaction = engine.transactions.begin()
  try {
    const reply = run(request, engine, command, transaction)
    engine.transactions.commit(transaction.id)
    return reply
  } catch (error) {
    engine.transactions.expire(transaction.id)
    throw error
  }
}

function inSnapshot(
  { snapshot, segments }: Received,
  { snapshots }: Handled,
  transaction: Transaction,
): Transaction {
  if (snapshot === undefined) return transaction
  const image = snapshots.get(segments[0] ?? '')?.get(snapshot)
  if (!image) throw notFound(`there is no snapshot ${snapshot}`)
  const write = () => {
    throw new Refusal(403, 'AccessDenied', 'snapshots are only read')
  }
  return { id: transaction.id, seen: () => image, write }
}
