import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { S3MediaStore } from '../../../../../../services/adapters/media-store/s3/s3-media-store.ts'
import { until } from '../../../../../support/event-log/until.ts'
import type { RunningS3 } from '../../../../../support/s3/running-s3.ts'
import { BUCKET, openStoreOn } from '../../../../../support/s3/s3-store.ts'
import { type S3Fault, startSmallS3 } from '../../../../../support/s3/small-s3.ts'
import { startScriptedServer } from '../../../../../support/scripted-server.ts'

const TYPE = 'video/mp2t'
const MIB = 1024 ** 2

describe('a bucket that cannot be used', () => {
  let server: RunningS3
  let fault: S3Fault | undefined
  let requests: IncomingMessage[]
  const stores: S3MediaStore[] = []
  beforeEach(async () => {
    fault = undefined
    requests = []
    server = await startSmallS3({
      buckets: [BUCKET],
      fault: (request) => {
        requests.push(request)
        return fault
      },
    })
  })
  afterEach(async () => {
    for (const store of stores.splice(0)) store.close()
    await server.kill()
  })
  const open = async (changes: Parameters<typeof openStoreOn>[1] = {}) => {
    const store = await openStoreOn(server, changes)
    stores.push(store)
    return store
  }
  const unavailable = (needsOperator: boolean, message: string) =>
    expect.objectContaining({
      name: 'MediaStoreUnavailable',
      needsOperator,
      message: expect.stringContaining(message),
    })

  it('says which, and that it is not there', async () => {
    const store = await open({ bucket: 'no-such-bucket' })
    const refusal = unavailable(true, 'there is no such bucket')
    await expect(store.check()).rejects.toEqual(refusal)
    await expect(store.check()).rejects.toThrow(`the bucket no-such-bucket at ${server.endpoint}`)
    // Nothing is missing from a bucket that is not there.
    await expect(store.head(store.newKey(Date.now(), 'x'))).rejects.toEqual(refusal)
    await expect(store.read(store.newKey(Date.now(), 'x'))).rejects.toEqual(refusal)
  })

  it.each([
    [{ accessKeyId: 'nobody', secretAccessKey: 'x' }, 'the access key is not known'],
    [{ accessKeyId: 'small-s3', secretAccessKey: 'guessed' }, 'the secret access key is not right'],
  ])('says what of the credentials is wrong: %j', async (credentials, message) => {
    const store = await open({ credentials })
    await expect(store.check()).rejects.toEqual(unavailable(true, message))
    await expect(store.check()).rejects.not.toThrow(credentials.secretAccessKey)
  })

  it('says that it is in another region', async () => {
    const store = await open({ region: 'ap-south-1' })
    await expect(store.check()).rejects.toEqual(unavailable(true, 'in another region, not in ap-south-1'))
  })

  it('says that access is denied', async () => {
    fault = { status: 403, code: 'AccessDenied' }
    await expect((await open()).check()).rejects.toEqual(unavailable(true, 'access is denied'))
  })

  it.each([
    [{ status: 500, code: 'InternalError' }, 'it answers 500 (InternalError)'],
    [{ status: 503, code: 'SlowDown' }, 'it answers 503 (SlowDown)'],
  ] as const)('is no operator’s matter where it fails with %j', async (answer, message) => {
    const store = await open()
    fault = answer
    await expect(store.check()).rejects.toEqual(unavailable(false, message))
    await expect(store.remove([store.newKey(Date.now(), 'x')])).rejects.toEqual(unavailable(false, message))
    const body = Readable.from([Buffer.from('x')])
    await expect(store.write(store.newKey(Date.now(), 'x'), TYPE, body)).rejects.toMatchObject({
      name: 'MediaStoreUnavailable',
    })
    fault = undefined
    await store.check()
  })

  it('is no operator’s matter where nobody listens', async () => {
    const store = await open()
    await server.kill()
    await expect(store.check()).rejects.toEqual(unavailable(false, 'cannot be reached (ECONNREFUSED)'))
    const key = store.newKey(Date.now(), 'x')
    await expect(store.head(key)).rejects.toEqual(unavailable(false, 'ECONNREFUSED'))
    expect(store.getUrl(key, Date.now())).toContain(key)
  })

  it('does not keep anyone who is done with it waiting', async () => {
    const store = await open()
    fault = 'silence'
    const key = store.newKey(Date.now(), 'x')
    const failing = expect(store.head(key)).rejects.toThrow()
    await until(() => requests.length > 0)
    store.close()
    await failing
    expect(requests).toHaveLength(1)
  })

  it('has nothing left of a large upload that breaks off or is refused', async () => {
    const store = await open()
    async function* broken() {
      for (let i = 0; i < 20; i++) yield Buffer.alloc(MIB)
      throw new Error('the line went dead')
    }
    const key = store.newKey(Date.now(), 'x')
    await expect(store.write(key, TYPE, Readable.from(broken()))).rejects.toThrow('the line went dead')
    const whole = Readable.from(Array.from({ length: 20 }, () => Buffer.alloc(MIB)))
    await expect(store.write(key, TYPE, whole, { sizeBytes: 5 })).rejects.toMatchObject({
      reason: 'size_mismatch',
    })
    expect(await store.head(key)).toBeUndefined()
    const started = requests.filter(({ url }) => url?.includes('?uploads'))
    const aborted = requests.filter(({ method }) => method === 'DELETE')
    const parts = requests.filter(({ url }) => url?.includes('partNumber'))
    expect([started.length, aborted.length, parts.length > 2]).toEqual([2, 2, true])
  })

  it('keeps the first of two large uploads, and finds the same again to be no matter', async () => {
    const store = await open()
    const key = store.newKey(Date.now(), 'x')
    const body = (fill: number) => Readable.from(Array.from({ length: 20 }, () => Buffer.alloc(MIB, fill)))
    const first = await store.write(key, TYPE, body(1))
    expect(await store.write(key, TYPE, body(1))).toEqual(first)
    await expect(store.write(key, TYPE, body(2))).rejects.toMatchObject({ reason: 'key_taken' })
    expect(await store.head(key)).toEqual(first)
  })

  it('refuses what is too large, announced or not', async () => {
    const store = await open({ maxObjectBytes: 1000 })
    const key = store.newKey(Date.now(), 'x')
    const refusal = { name: 'UploadRefused', reason: 'too_large' }
    const write = (expected = {}) => store.write(key, TYPE, Readable.from([Buffer.alloc(1001)]), expected)
    await expect(write()).rejects.toMatchObject(refusal)
    await expect(write({ sizeBytes: 1001 })).rejects.toMatchObject(refusal)
    expect(await store.head(key)).toBeUndefined()
  })

  it('removes a thousand keys a request, with the one checksum that every store knows', async () => {
    const store = await open()
    const keys = Array.from({ length: 2001 }, () => store.newKey(Date.now(), 'x'))
    for (const key of [keys[0]!, keys[2000]!]) await store.write(key, TYPE, Readable.from([Buffer.from(key)]))
    requests = []
    await store.remove(keys)
    expect(requests).toHaveLength(3)
    for (const { headers } of requests) {
      expect(headers['content-md5']).toMatch(/^[A-Za-z0-9+/]{22}==$/)
      expect(Object.keys(headers).filter((name) => name.includes('checksum'))).toEqual([])
    }
    expect(await store.head(keys[0]!)).toBeUndefined()
    expect(await store.head(keys[2000]!)).toBeUndefined()
  })
})

describe('what a bucket says of single keys', () => {
  it('is told of those that it keeps', async () => {
    const answer = (key: string, code: string) => `<Error><Key>${key}</Key><Code>${code}</Code></Error>`
    const server = await startScriptedServer(({ body }, response) => {
      const [, first = '', second = ''] = [...body.toString().matchAll(/<Key>(.*?)<\/Key>/g)].map(
        ([, key]) => key,
      )
      response.writeHead(200, { 'content-type': 'application/xml' })
      response.end(
        `<DeleteResult>${answer(first, 'AccessDenied')}${answer(second, 'NoSuchKey')}</DeleteResult>`,
      )
    })
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
    const store = await openStoreOn({
      endpoint: server.url.origin,
      region: 'eu-west-2',
      credentials,
      kill: server.close,
    })
    const keys = Array.from({ length: 3 }, () => store.newKey(Date.now(), 'x'))
    const failure = await store.remove(keys).catch((error) => error)
    expect(failure).toMatchObject({
      name: 'MediaStoreUnavailable',
      message: '1 of 3 objects could not be removed',
    })
    expect(failure.cause.errors).toMatchObject([{ message: `${keys[1]}: AccessDenied` }])
    store.close()
    await server.close()
  })
})
