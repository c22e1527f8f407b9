import { afterEach, describe, expect, it } from 'vitest'
import type { VastDb } from '../../../../../services/adapters/vast-db/connect.ts'
import { CommitOutcomeUnknown, VastDbError } from '../../../../../services/adapters/vast-db/vast-db-error.ts'
import { connected } from '../../../../support/vast-db-client/connected.ts'
import {
  type Reaction,
  refusal,
  type ScriptedServer,
  scriptedServer,
} from '../../../../support/vast-db-client/scripted-server.ts'

const BEGIN = 'POST /?transaction'
const COMMIT = 'PUT /?transaction'
const ROLLBACK = 'DELETE /?transaction'
const ID = 18446744073709551614n

const open: { server: ScriptedServer; db: VastDb }[] = []
afterEach(async () => {
  for (const { server, db } of open.splice(0)) {
    db.close()
    await server.close()
  }
})

/** @param script what becomes of the first, second, ... request of a kind; the last reaction stays */
async function given(script: Readonly<Record<string, readonly (Reaction | undefined)[]>>, idleMs = 60_000) {
  const server = await scriptedServer(({ method, url, headers }, count) => {
    if (!headers['tabular-txid']) return undefined
    const reactions = script[`${method} ${url}`] ?? []
    return reactions[Math.min(count, reactions.length) - 1]
  })
  const db = await connected([server], { timeouts: { idleMs } })
  open.push({ server, db })
  return { server, db }
}

const SCHEMA = { bucket: 'db', schema: 's1' }
const CREATE = 'POST /db/s1?schema'

describe('a transaction', () => {
  it('is begun, used and committed', async () => {
    const { server, db } = await given({})
    const result = await db.transaction(async (tx) => {
      await tx.createSchema(SCHEMA)
      return tx.id
    })

    expect(result).toBe(ID)
    expect(server.lines()).toEqual([BEGIN, CREATE, COMMIT])
    expect(server.heard.slice(1).map(({ headers }) => headers['tabular-txid'])).toEqual([
      '0',
      String(ID),
      String(ID),
    ])
    expect(server.heard.at(-1)?.headers).toMatchObject({
      'tabular-api-version-id': '1',
      'tabular-client-name': 'tabular-api',
      'content-length': '0',
    })
  })

  it('is rolled back when its work fails, whose error is told', async () => {
    const { server, db } = await given({ [ROLLBACK]: [refusal(500, 'InternalError')] })
    const work = db.transaction(async () => {
      throw new Error('mine')
    })

    await expect(work).rejects.toThrow('mine')
    expect(server.lines()).toEqual([BEGIN, ROLLBACK])
  })

  it('is begun and rolled back anew when an answer is lost', async () => {
    const { server, db } = await given({
      [BEGIN]: ['cut', undefined],
      [ROLLBACK]: ['cut', refusal(404, 'NoSuchTransaction')],
    })
    const tx = await db.begin()
    await tx.rollback()

    expect(server.lines()).toEqual([BEGIN, BEGIN, ROLLBACK, ROLLBACK])
  })

  it.each<[string, Reaction, boolean]>([
    ['a server that rolls it back', {}, true],
    ['a server that has no such transaction', refusal(404, 'NoSuchTransaction'), true],
    ['a server in trouble', refusal(500, 'InternalError'), false],
  ])('has an unknown outcome when the answer to its commit is lost: %s', async (_, rollback, settled) => {
    const { server, db } = await given({ [COMMIT]: ['cut'], [ROLLBACK]: [rollback] })
    const error = await db.transaction(async () => undefined, { attempts: 3 }).catch((error) => error)

    expect(error).toBeInstanceOf(CommitOutcomeUnknown)
    expect(error).toMatchObject({ kind: 'commit_unknown', transactionId: ID, settled })
    expect(server.lines()).toEqual([BEGIN, COMMIT, ROLLBACK])
  })

  it('has an unknown outcome when its commit takes too long', async () => {
    const { db } = await given({ [COMMIT]: ['silence'] }, 50)
    await expect(db.transaction(async () => undefined)).rejects.toMatchObject({
      kind: 'commit_unknown',
      cause: { kind: 'timed_out' },
    })
  })

  it('has an unknown outcome when the server fails at its commit', async () => {
    const { db } = await given({ [COMMIT]: [refusal(500, 'InternalError')] })
    await expect(db.transaction(async () => undefined)).rejects.toBeInstanceOf(CommitOutcomeUnknown)
  })

  it('is not committed where the server refuses to', async () => {
    const { db } = await given({ [COMMIT]: [refusal(409, 'Conflict', 'of writes')] })
    await expect(db.transaction(async () => undefined)).rejects.toMatchObject({
      kind: 'conflict',
      message: '409 Conflict: of writes (PUT /?transaction)',
      details: { status: 409, code: 'Conflict', requestId: 'r1', request: COMMIT },
    })
  })

  it('is committed later by a server that asked to slow down', async () => {
    const { server, db } = await given({ [COMMIT]: [refusal(503, 'SlowDown'), undefined] })
    await db.transaction(async () => undefined)
    expect(server.lines()).toEqual([BEGIN, COMMIT, COMMIT])
  })

  it('does its work anew after a conflict, if asked to', async () => {
    const { server, db } = await given({ [CREATE]: [refusal(409, 'Conflict'), 'cut', undefined] })
    const work = () => db.transaction((tx) => tx.createSchema(SCHEMA), { attempts: 2 })

    await expect(work()).rejects.toMatchObject({ kind: 'interrupted' })
    expect(server.lines()).toEqual([BEGIN, CREATE, ROLLBACK, BEGIN, CREATE, ROLLBACK])
    await work()
  })

  it('is gone once the server has forgotten it', async () => {
    const { server, db } = await given({ 'GET /?transaction': [refusal(404, 'NoSuchTransaction')] })
    const tx = await db.begin()

    await expect(tx.keepAlive()).rejects.toMatchObject({ kind: 'transaction_gone' })
    const before = server.heard.length
    await expect(tx.createSchema(SCHEMA)).rejects.toMatchObject({ kind: 'transaction_gone' })
    await expect(tx.commit()).rejects.toMatchObject({ kind: 'transaction_gone' })
    expect(server.heard.length).toBe(before)
  })

  it('is gone for those who use it after its end', async () => {
    const { db } = await given({})
    const tx = await db.begin()
    await tx.commit()
    await expect(tx.createSchema(SCHEMA)).rejects.toThrow('has been committed')
  })

  it('is kept alive by itself', async () => {
    const { server, db } = await given({})
    const tx = await db.begin({ keepAliveMs: 5 })
    await expect
      .poll(() => server.lines().slice(1, 3), { timeout: 30_000 })
      .toEqual(['GET /?transaction', 'GET /?transaction'])
    await tx.commit()
  })

  it('ends when its signal says so', async () => {
    const { server, db } = await given({ [CREATE]: ['silence'] })
    const controller = new AbortController()
    const work = db.transaction(
      async (tx) => {
        const created = tx.createSchema(SCHEMA)
        await expect.poll(() => server.lines().includes(CREATE), { timeout: 30_000 }).toBe(true)
        controller.abort()
        await created
      },
      { signal: controller.signal },
    )

    await expect(work).rejects.toMatchObject({ kind: 'aborted' })
    expect(server.lines().at(-1)).toBe(ROLLBACK)
  })
})

describe('an answer', () => {
  it.each([
    [400, 'InvalidArgument', 'bad_request'],
    [400, 'TabularUnsupportedColumnType', 'unsupported_type'],
    [404, 'TabularMismatchColumnType', 'type_mismatch'],
    [403, 'AccessDenied', 'forbidden'],
    [404, 'NoSuchKey', 'not_found'],
    [404, 'NoSuchTransaction', 'transaction_gone'],
    [405, '', 'method_not_allowed'],
    [408, '', 'request_timeout'],
    [409, 'InvalidBucketState', 'conflict'],
    [500, 'InternalError', 'internal'],
    [501, 'NotImplemented', 'not_implemented'],
    [503, 'ServiceUnavailable', 'unavailable'],
    [507, '', 'insufficient_capacity'],
    [204, '', 'unexpected_status'],
    [418, '', 'unexpected_status'],
  ])('of %s %s is told as %s, and not asked for again', async (status, code, kind) => {
    const { server, db } = await given({ [CREATE]: [code === '' ? { status } : refusal(status, code)] })
    const error = await db.transaction((tx) => tx.createSchema(SCHEMA)).catch((error) => error)

    expect(error).toBeInstanceOf(VastDbError)
    expect(error).toMatchObject({ kind, details: { status } })
    expect(server.lines()).toEqual([BEGIN, CREATE, ROLLBACK])
  })

  it('to a change that is lost is not asked for again', async () => {
    const { server, db } = await given({ [CREATE]: ['cut'] })
    await expect(db.transaction((tx) => tx.createSchema(SCHEMA))).rejects.toMatchObject({
      kind: 'interrupted',
    })
    expect(server.lines()).toEqual([BEGIN, CREATE, ROLLBACK])
  })

  it('to a question that is lost is asked for again', async () => {
    const stats = 'GET /db/s1/t1?stats'
    const body = Buffer.from('0c000000080014000c000400080000002a000000000000000300000000000000', 'hex')
    const { server, db } = await given({
      [stats]: [
        'cut',
        refusal(503, 'ServiceUnavailable'),
        { body: body.subarray(0, 8), cut: true },
        { body },
      ],
    })
    const answer = await db.transaction((tx) => tx.table({ ...SCHEMA, table: 't1' }).stats())

    expect(answer).toMatchObject({ rows: 3n, bytes: 42n, sorted: false })
    expect(server.lines()).toEqual([BEGIN, stats, stats, stats, stats, COMMIT])
  })

  it('is given up after so many tries', async () => {
    const { server, db } = await given({ [CREATE]: [refusal(503, 'SlowDown')] })
    await expect(db.transaction((tx) => tx.createSchema(SCHEMA))).rejects.toMatchObject({ kind: 'slow_down' })
    expect(server.lines().filter((line) => line === CREATE)).toHaveLength(5)
  })

  it('that makes no sense is an error of the protocol', async () => {
    const { db } = await given({ 'GET /db/s1/t1?stats': [{ body: 'xx' }] })
    const stats = db.transaction((tx) => tx.table({ ...SCHEMA, table: 't1' }).stats())
    await expect(stats).rejects.toMatchObject({ kind: 'protocol' })
  })
})
