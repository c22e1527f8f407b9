import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { openStoreOn } from '../../../../../support/s3/s3-store.ts'
import { startSmallS3 } from '../../../../../support/s3/small-s3.ts'
import { COPY_BUCKETS, copiesSuite } from './copies-suite.ts'

copiesSuite('S3', () => startSmallS3({ buckets: COPY_BUCKETS }))

describe('copies between buckets of one service', () => {
  const TYPE = 'video/mp2t'
  const isCopy = ({ headers }: IncomingMessage) => headers['x-amz-copy-source'] !== undefined
  const isRead = ({ method }: IncomingMessage) => method === 'GET'

  /** Copies one object between two buckets. @returns the requests that took, and what arrived */
  const copyWith = async (
    fault: (request: IncomingMessage) => { status: number; code: string } | undefined,
  ) => {
    const requests: IncomingMessage[] = []
    const server = await startSmallS3({
      buckets: COPY_BUCKETS,
      fault: (request) => {
        requests.push(request)
        return fault(request)
      },
    })
    const [one, two] = await Promise.all(COPY_BUCKETS.map((bucket) => openStoreOn(server, { bucket })))
    const [from, to] = [one!.newKey(Date.now(), 'x'), one!.newKey(Date.now(), 'x')]
    await one!.write(from, TYPE, Readable.from([Buffer.from('media')]))
    requests.length = 0
    const copying = await two!.copyFrom(one!, from, to).catch((error: unknown) => error)
    const taken = [...requests]
    const found = await two!.read(to).catch(() => undefined)
    const arrived = found && (await buffer(found.body)).toString()
    one!.close()
    two!.close()
    await server.kill()
    return { copying, taken, arrived }
  }

  it('do not pass through here', async () => {
    const { taken, arrived } = await copyWith(() => undefined)
    expect(taken.filter(isCopy)).toHaveLength(1)
    expect(taken.filter(isRead)).toEqual([])
    expect(arrived).toBe('media')
  })

  it('do where the credentials of one may not read the other', async () => {
    const denied = { status: 403, code: 'AccessDenied' }
    const { taken, arrived } = await copyWith((request) => (isCopy(request) ? denied : undefined))
    expect(taken.filter(isRead)).toHaveLength(1)
    expect(arrived).toBe('media')
  })

  it('fail where S3 does', async () => {
    const down = { status: 503, code: 'SlowDown' }
    const { copying, arrived } = await copyWith((request) => (isCopy(request) ? down : undefined))
    expect(copying).toMatchObject({ name: 'MediaStoreUnavailable', needsOperator: false })
    expect(arrived).toBeUndefined()
  })
})
