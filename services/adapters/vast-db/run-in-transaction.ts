import type { TransactionOptions } from './open-transaction.ts'
import type { Transaction } from './transaction.ts'
import { isVastDbError } from './vast-db-error.ts'

export type RunOptions = TransactionOptions & {
  /**
   * How many times the work is done at most, each in a transaction of its own, where one ends in a conflict or on
   * a broken connection before its commit. Default: 1. Never after a commit of which nobody knows the outcome.
   */
  readonly attempts?: number
}

/** Commits when the work is done, rolls back when it throws. */
export async function runInTransaction<T>(
  begin: (options: TransactionOptions) => Promise<Transaction>,
  work: (transaction: Transaction) => Promise<T>,
  options: RunOptions = {},
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptOnce(await begin(options), work)
    } catch (error) {
      if (attempt >= (options.attempts ?? 1) || !mayPassNextTime(error)) throw error
    }
  }
}

async function attemptOnce<T>(
  transaction: Transaction,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  let result: T
  try {
    result = await work(transaction)
  } catch (error) {
    // What the server does not hear of now it forgets by itself; the work's own error is what matters.
    await transaction.rollback().catch(() => undefined)
    throw error
  }
  await transaction.commit()
  return result
}

const mayPassNextTime = (error: unknown): boolean =>
  isVastDbError(
    error,
    'conflict',
    'interrupted',
    'timed_out',
    'unreachable',
    'unavailable',
    'transaction_gone',
  )
