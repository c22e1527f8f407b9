import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { upload } from '../support/media-requests.ts'
import { type RunningService, startService, temporaryFolder } from '../support/running-service.ts'
import type { RunningS3 } from '../support/s3/running-s3.ts'
import { s3Environment } from '../support/s3/s3-environment.ts'
import { BUCKET } from '../support/s3/s3-store.ts'
import { type S3Fault, startSmallS3 } from '../support/s3/small-s3.ts'
import { allocate, listSegments, putFlow, send } from '../support/tams-requests.ts'

const isOfObject = (url = ''): boolean => /^\/[^/]+\/\d{4}\//.test(url)

describe('a service whose S3 is down', () => {
  let folder: string
  let s3: RunningS3
  let fault: S3Fault | undefined
  /** Times, without those of consumers: whether an object is there, and what uploads are half done. */
  let asked: number
  let service: RunningService
  beforeEach(async () => {
    folder = temporaryFolder()
    fault = undefined
    asked = 0
    s3 = await startSmallS3({
      buckets: [BUCKET],
      fault: ({ method, url }) => {
        const isOfConsumer = method === 'HEAD' ? isOfObject(url) : url?.includes('?uploads')
        if (!isOfConsumer) asked += 1
        return fault
      },
    })
  })
  afterEach(async () => {
    await service.stop()
    await s3.kill()
    rmSync(folder, { recursive: true, force: true })
  })
  const start = () => startService(join(folder, 'data'), s3Environment(s3))

  /** Everything a client does but moving media. */
  const work = async () => {
    const flow = await putFlow(service.url)
    const objects = await allocate(service.url, flow, 5)
    const segments = objects.map(({ object_id }, i) => ({ object_id, timerange: `[${i}:0_${i + 1}:0)` }))
    expect((await send(`${service.url}/flows/${flow}/segments`, 'POST', segments)).status).toBe(201)
    const listed = await listSegments(service.url, flow)
    expect(listed.map(({ get_urls }) => get_urls.length)).toEqual([1, 1, 1, 1, 1])
    const object = await send(`${service.url}/objects/${objects[0]?.object_id}`, 'GET')
    expect(object).toMatchObject({ status: 200, body: { get_urls: [{ presigned: true }] } })
    return objects
  }
  const health = async () => {
    const { status, body } = await send(`${service.url}/health`, 'GET')
    const { status: told, checks } = body as { status: string; checks: Record<string, unknown> }
    return { status, told, media: checks['media_store'] }
  }

  it('goes on with all but the media, and asks S3 nothing on the way', async () => {
    service = await start()
    const askedAtStart = asked
    // Sizes are asked for afterwards: nothing waits for them.
    fault = 'silence'
    await work()
    fault = undefined
    expect(asked).toBe(askedAtStart)

    await s3.kill()
    const [object] = await work()
    await expect(upload(object!.put_url, Buffer.from('x'))).rejects.toThrow('fetch failed')
    expect(await health()).toEqual({
      status: 200,
      told: 'degraded',
      media: { ok: false, detail: expect.stringContaining('cannot be reached (ECONNREFUSED)') },
    })

    const [port] = new URL(s3.endpoint).port.match(/\d+/) ?? []
    s3 = await startSmallS3({ buckets: [BUCKET], port: Number(port) })
    const [again] = await work()
    expect(await upload(again!.put_url, Buffer.from('x'))).toBe(200)
    await expect.poll(health).toEqual({ status: 200, told: 'ok', media: { ok: true } })
  })

  it.each([
    [{ status: 503, code: 'SlowDown' }, /it answers 503 \(SlowDown\)|no answer within/],
    [{ status: 500, code: 'InternalError' }, /it answers 500 \(InternalError\)|no answer within/],
    ['silence', /no answer within/],
  ] as const)('goes on where it answers %j', async (answer, detail) => {
    service = await start()
    fault = answer
    const [object] = await work()
    if (answer !== 'silence') expect(await upload(object!.put_url, Buffer.from('x'))).toBe(answer.status)
    expect(await health()).toEqual({
      status: 200,
      told: 'degraded',
      media: { ok: false, detail: expect.stringMatching(detail) },
    })
  })

  it('starts, and says that it is', async () => {
    const environment = s3Environment(s3)
    await s3.kill()
    service = await startService(join(folder, 'data'), environment)
    await work()
    await expect.poll(service.log).toContain('a storage backend cannot be used now')
    await expect.poll(service.log).toContain('ECONNREFUSED')
    expect(service.log()).not.toContain(s3.credentials.secretAccessKey)
  })
})
