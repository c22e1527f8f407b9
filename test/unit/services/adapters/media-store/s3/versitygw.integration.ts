import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { mediaStoreContract } from '../../../../../ports/media-store-contract.ts'
import { temporaryFolder } from '../../../../../support/running-service.ts'
import { BUCKET, openStoreOn, startS3Store } from '../../../../../support/s3/s3-store.ts'
import { hasVersitygw, startVersitygw } from '../../../../../support/s3/versitygw.ts'
import { announcedChecksumsSuite } from './announced-checksums-suite.ts'
import { COPY_BUCKETS, copiesSuite } from './copies-suite.ts'
import { halfUploadsSuite } from './half-uploads-suite.ts'

if (hasVersitygw()) {
  mediaStoreContract('S3', () => startS3Store(startVersitygw))
  announcedChecksumsSuite('versitygw', (directory) => startVersitygw(directory, [BUCKET]))
  copiesSuite('S3', (directory) => startVersitygw(directory, COPY_BUCKETS))
  halfUploadsSuite('versitygw', (directory) => startVersitygw(directory, [BUCKET]), 1005)
  describe('URLs with the bucket in the host', virtualHosts)
} else {
  describe('S3 as a media store', () => it.skip('versitygw is not installed: run .ci/s3'))
}

function virtualHosts(): void {
  it('take an upload and give it back', async () => {
    const directory = temporaryFolder()
    const server = await startVersitygw(directory, [BUCKET], { virtualHosts: true })
    const endpoint = server.endpoint.replace('127.0.0.1', 'localhost')
    const store = await openStoreOn({ ...server, endpoint }, { pathStyle: false })
    const key = store.newKey(Date.now(), 'x')
    const bytes = randomBytes(100_000)

    const putUrl = new URL(store.putUrl(key, 'video/mp2t', Date.now()))
    expect(putUrl.hostname).toBe(`${BUCKET}.localhost`)
    expect(await send(putUrl, 'PUT', { 'content-type': 'video/mp2t' }, bytes)).toMatchObject({ status: 200 })
    const got = await send(new URL(store.getUrl(key, Date.now())), 'GET', {})
    expect([got.status, got.bytes.equals(bytes)]).toEqual([200, true])

    store.close()
    await server.kill()
    rmSync(directory, { recursive: true, force: true })
  })
}

/** Not every machine resolves names below localhost: so the address is given, and the name told. */
async function send(url: URL, method: string, headers: Record<string, string>, body?: Buffer) {
  const { host, port, pathname, search } = url
  const path = pathname + search
  const sent = request({ host: '127.0.0.1', port, path, method, headers: { ...headers, host } })
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve)
    sent.once('error', reject)
  })
  sent.end(body)
  const response = await answer
  return { status: response.statusCode, bytes: await buffer(response) }
}
