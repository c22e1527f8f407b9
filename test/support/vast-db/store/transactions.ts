import { conflict, Refusal } from '../refusal.ts'
import { addClaim, type Claim, type Claims, clash, noClaims } from './claims.ts'
import type { Database } from './database.ts'

/** A statement: pure, so that it can be done again on what others have committed meanwhile. */
export type Change = (database: Database) => Database

export type Transaction = {
  readonly id: bigint
  /** What it sees: the database when it began, and its own changes. */
  seen(): Database
  /** @throws Refusal where another transaction writes the same, or has since this one began */
  write(claim: Claim, change: Change): void
}

export type Transactions = {
  begin(): Transaction
  /** Notes that it is in use. @throws Refusal where it has ended or was left alone for too long */
  find(id: bigint): Transaction
  commit(id: bigint): void
  rollBack(id: bigint): void
  /** Ends it as if nobody had used it for too long. */
  expire(id: bigint): void
  committed(): Database
  openCount(): number
}

type Open = {
  readonly id: bigint
  readonly begun: number
  readonly base: Database
  database: Database
  readonly changes: Change[]
  readonly claims: Claims
  usedAtMs: number
}

export type TransactionOptions = { readonly nowMs: () => number; readonly expireAfterMs: number }

/**
 * Snapshot isolation: the first of two transactions that write the same wins, and the other is told at its statement.
 * @see section 2 of the protocol
 */
export function openTransactions(
  initial: Database,
  { nowMs, expireAfterMs }: TransactionOptions,
): Transactions {
  const open = new Map<bigint, Open>()
  /** What was committed and may yet clash with a transaction that began before. */
  let recent: { sequence: number; claims: Claims }[] = []
  let committed = initial
  let sequence = 0
  /** Above what a double can hold: an id has to be kept as it is. */
  let lastId = 0x0030_0000_0000_0000n

  const forget = (id: bigint) => {
    open.delete(id)
    const oldest = Math.min(...[...open.values()].map(({ begun }) => begun))
    recent = recent.filter((one) => one.sequence > oldest)
  }
  const reap = () => {
    for (const { id, usedAtMs } of open.values()) if (nowMs() - usedAtMs >= expireAfterMs) forget(id)
  }
  const found = (id: bigint): Open => {
    reap()
    const transaction = open.get(id)
    if (!transaction) throw new Refusal(404, 'NoSuchTransaction', `there is no transaction ${id}`)
    transaction.usedAtMs = nowMs()
    return transaction
  }
  const checkFree = (transaction: Open, claim: Claim) => {
    for (const other of open.values()) {
      const what = other !== transaction && clash(other.claims, claim)
      if (what) throw conflict(`another transaction writes ${what}`)
    }
    for (const other of recent) {
      const what = other.sequence > transaction.begun && clash(other.claims, claim)
      if (what) throw conflict(`another transaction has written ${what}`)
    }
  }
  const asSeen = (transaction: Open): Transaction => ({
    id: transaction.id,
    seen: () => transaction.database,
    write(claim, change) {
      checkFree(transaction, claim)
      transaction.database = change(transaction.database)
      transaction.changes.push(change)
      addClaim(transaction.claims, claim)
    },
  })

  return {
    begin() {
      reap()
      const id = ++lastId
      const began = { id, begun: sequence, base: committed, database: committed, usedAtMs: nowMs() }
      const transaction: Open = { ...began, changes: [], claims: noClaims() }
      open.set(id, transaction)
      return asSeen(transaction)
    },
    find: (id) => asSeen(found(id)),
    commit(id) {
      const { base, database, changes, claims } = found(id)
      committed = committed === base ? database : changes.reduce((state, change) => change(state), committed)
      if (changes.length > 0) recent.push({ sequence: ++sequence, claims })
      forget(id)
    },
    rollBack(id) {
      forget(found(id).id)
    },
    expire: forget,
    committed: () => committed,
    openCount: () => open.size,
  }
}
