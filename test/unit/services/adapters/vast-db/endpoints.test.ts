import { afterEach, describe, expect, it } from 'vitest'
import { connect } from '../../../../../services/adapters/vast-db/connect.ts'
import { connected } from '../../../../support/vast-db-client/connected.ts'
import { type ScriptedServer, scriptedServer } from '../../../../support/vast-db-client/scripted-server.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function serving(...args: Parameters<typeof scriptedServer>): Promise<ScriptedServer> {
  const server = await scriptedServer(...args)
  cleanups.push(() => server.close())
  return server
}

async function connectedTo(
  servers: readonly { readonly url: string }[],
  leaveAloneMs = { first: 1000, most: 1000 },
) {
  const db = await connected(servers, { leaveAloneMs })
  cleanups.push(() => db.close())
  return db
}

const work = { bucket: 'db', schema: 's1' }

describe('several addresses', () => {
  it('are used one after the other: the next one, where nobody is', async () => {
    const gone = await scriptedServer()
    await gone.close()
    const there = await serving()
    const db = await connectedTo([gone, there], { first: 60_000, most: 60_000 })

    expect(db.health()).toEqual([
      { baseUrl: gone.url, healthy: false, failures: 1, reason: expect.stringContaining('ECONNREFUSED') },
      { baseUrl: there.url, healthy: true, failures: 0 },
    ])
    await db.transaction((tx) => tx.createSchema(work))
    expect(there.lines()).toHaveLength(3)
    expect(db.health()[0]).toMatchObject({ failures: 1 })
  })

  it('take over a change that did not reach the first one', async () => {
    const first = await serving()
    const second = await serving()
    const db = await connectedTo([first, second], { first: 60_000, most: 60_000 })
    const tx = await db.begin()
    await first.close()
    // A connection that was kept would break under the change, which nobody may then repeat.
    await expect
      .poll(() => fetch(first.url).catch((error) => error.cause.code), { timeout: 30_000 })
      .toBe('ECONNREFUSED')
    await tx.rollback()

    expect(first.lines()).toEqual(['POST /?transaction'])
    expect(second.lines()).toEqual(['DELETE /?transaction'])
  })

  it('are asked again after a while, and used again', async () => {
    const first = await serving()
    const second = await serving()
    const db = await connectedTo([first, second], { first: 1, most: 1 })
    await first.close()
    await db.transaction((tx) => tx.schemaExists(work).catch(() => false))
    expect(db.health().map(({ healthy }) => healthy)).toEqual([false, true])

    const again = await serving(() => undefined, Number(new URL(first.url).port))
    await expect
      .poll(
        async () => {
          await (await db.begin()).rollback()
          return again.lines().length > 0
        },
        { timeout: 60_000 },
      )
      .toBe(true)
    expect(db.health()[0]).toEqual({ baseUrl: first.url, healthy: true, failures: 0 })
  })

  it.each([['http://host/path'], ['ftp://host'], ['host:80'], ['http://user@host']])(
    'are base URLs: %s is none',
    async (url) => {
      const options = { endpoints: [url], credentials: { accessKeyId: '', secretAccessKey: '' } }
      await expect(connect(options)).rejects.toMatchObject({ kind: 'bad_argument' })
    },
  )
})

describe('connecting', () => {
  it.each<[string | undefined, string]>([
    ['nginx', 'not_vast_db'],
    ['vast', 'unsupported_by_server'],
    ['vast 4', 'unsupported_by_server'],
  ])('refuses a server that calls itself %s', async (name, kind) => {
    const server = await serving(() => ({ headers: { server: name ?? '' } }))
    await expect(connectedTo([server])).rejects.toMatchObject({ kind })
  })

  it('takes any answer of a server that it knows, be it an error', async () => {
    const server = await serving(() => ({ status: 403, headers: { server: 'vast 5.3.1.2' } }))
    const db = await connectedTo([server])
    expect(db.version).toEqual([5, 3, 1, 2])
    expect(server.heard[0]?.headers).not.toHaveProperty('tabular-txid')
  })

  it('finds out whether there is a bucket, and which ones', async () => {
    const server = await serving(({ method, url }) => {
      if (method === 'HEAD') return url === '/db' ? {} : { status: 404 }
      if (url !== '/') return undefined
      return {
        body: '<R><Buckets><Bucket><Name>a&amp;b</Name></Bucket><Bucket><Name>db</Name></Bucket></Buckets></R>',
      }
    })
    const db = await connectedTo([server])

    expect(await db.bucketExists('db')).toBe(true)
    expect(await db.bucketExists('other')).toBe(false)
    expect(await db.listBuckets()).toEqual(['a&b', 'db'])
    await expect(db.bucketExists('a/../b')).rejects.toMatchObject({ kind: 'bad_argument' })
  })
})
