import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { halfUploadsOn } from '../../../../../support/s3/half-uploads.ts'
import { BUCKET, openStoreOn } from '../../../../../support/s3/s3-store.ts'
import { type S3Fault, startSmallS3 } from '../../../../../support/s3/small-s3.ts'
import { halfUploadsSuite } from './half-uploads-suite.ts'

halfUploadsSuite('a small S3', () => startSmallS3({ buckets: [BUCKET], uploadsPerPage: 3 }), 10)

describe('half uploads that S3 does not let us end', () => {
  const ANY_AGE_MS = -60_000
  const isListing = ({ method, url = '' }: IncomingMessage) => method === 'GET' && url.includes('uploads')

  /** Sweeps with three half uploads there. @returns what came of it, and the keys that are left */
  const sweepWith = async (
    fault: (request: IncomingMessage, keys: readonly string[]) => S3Fault | undefined,
  ) => {
    let isSweeping = false
    const keys: string[] = []
    const server = await startSmallS3({
      buckets: [BUCKET],
      fault: (request) => (isSweeping ? fault(request, keys) : undefined),
    })
    const store = await openStoreOn(server)
    const halfUploads = halfUploadsOn(server, BUCKET)
    for (let i = 0; i < 3; i += 1) keys.push(store.newKey(Date.UTC(2026, 0, 1 + i), 'x'))
    for (const key of keys) await halfUploads.leave(key)
    isSweeping = true
    const outcome = await store.sweepUploads(ANY_AGE_MS).catch((error: unknown) => error)
    isSweeping = false
    const left = (await halfUploads.keys()).map((key) => keys.indexOf(key))
    store.close()
    halfUploads.close()
    await server.kill()
    return { outcome, left }
  }

  it('are told of with the right that is missing, where they may not be listed', async () => {
    const denied: S3Fault = { status: 403, code: 'AccessDenied' }
    const { outcome, left } = await sweepWith((request) => (isListing(request) ? denied : undefined))
    expect(outcome).toMatchObject({ name: 'MediaStoreUnavailable', needsOperator: true })
    expect(String(outcome)).toContain('s3:ListBucketMultipartUploads')
    expect(left).toEqual([0, 1, 2])
  })

  it('wait where S3 is down', async () => {
    const { outcome, left } = await sweepWith(() => ({ status: 503, code: 'SlowDown' }))
    expect(outcome).toMatchObject({ name: 'MediaStoreUnavailable', needsOperator: false })
    expect(left).toEqual([0, 1, 2])
  })

  it('do not keep others from being ended', async () => {
    const { outcome, left } = await sweepWith(({ method, url }, [first = '']) =>
      method === 'DELETE' && url?.includes(first) ? { status: 403, code: 'AccessDenied' } : undefined,
    )
    expect(outcome).toMatchObject({ name: 'MediaStoreUnavailable', needsOperator: true })
    expect(left).toEqual([0])
  })

  it('are ended later where this process could not end its own', async () => {
    let isDenied = true
    const server = await startSmallS3({
      buckets: [BUCKET],
      fault: ({ method }) =>
        isDenied && method === 'DELETE' ? { status: 403, code: 'AccessDenied' } : undefined,
    })
    const store = await openStoreOn(server)
    async function* broken() {
      for (let i = 0; i < 9; i += 1) yield Buffer.alloc(1024 ** 2)
      throw new Error('the line went dead')
    }
    const writing = store.write(store.newKey(Date.now(), 'x'), 'video/mp2t', Readable.from(broken()))
    await expect(writing).rejects.toThrow('the line went dead')
    isDenied = false
    expect(await store.sweepUploads(ANY_AGE_MS)).toBe(1)
    store.close()
    await server.kill()
  })

  it('do not count where they are over already', async () => {
    const { outcome } = await sweepWith(({ method, url }, [first = '']) =>
      method === 'DELETE' && url?.includes(first) ? { status: 404, code: 'NoSuchUpload' } : undefined,
    )
    expect(outcome).toBe(2)
  })
})
