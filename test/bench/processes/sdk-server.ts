import type { AddressInfo } from 'node:net'
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import express from 'express'
import type { BareMessage } from './bare-server.ts'

/**
 * What a page of segments costs where the AWS SDK signs its URLs. All of the page but the URLs is in memory, ready
 * to be sent: it looks nothing up and renders nothing. Started by sdk-process.ts.
 */

export type SdkOptions = {
  readonly bucket: string
  readonly region: string
  readonly endpoint: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly expiresIn: number
}

/** What comes before each URL, the keys they are of, and what comes after the last. */
type Page = { readonly before: readonly string[]; readonly keys: readonly string[]; readonly end: string }

const { bucket, expiresIn, ...place } = JSON.parse(process.argv[2] ?? '') as SdkOptions
const client = new S3Client({
  ...place,
  forcePathStyle: true,
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
})

/** As the service dates them, so that both send the same. */
const STEP_MS = 60_000
const KEEP_ALIVE_MS = 65_000

const pages = new Map<string, Page>()
const app = express()
app.disable('x-powered-by')
app.disable('etag')
app.set('query parser', 'simple')

app.get('/flows/:flowId/segments', async (request, response) => {
  const page = pages.get(request.url)
  if (!page) {
    response.statusCode = 404
    response.end()
    return
  }
  const signingDate = new Date(Math.floor(Date.now() / STEP_MS) * STEP_MS)
  const urls = await Promise.all(
    page.keys.map((Key) =>
      getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key }), { expiresIn, signingDate }),
    ),
  )
  response.setHeader('Content-Type', 'application/json')
  response.end(page.before.map((text, i) => text + urls[i]).join('') + page.end)
})

const SIGNED_URL = new RegExp(`(?<=")${place.endpoint}/${bucket}/([^"?]+)\\?X-Amz-[^"]+(?=")`)

function pageOf(body: string): Page {
  // The texts between the URLs, and each URL's key, in turns.
  const parts = body.split(SIGNED_URL)
  const before = parts.filter((_, i) => i % 2 === 0)
  return { end: before.pop()!, before, keys: parts.filter((_, i) => i % 2 === 1) }
}

process.on('message', ({ url, body }: BareMessage) => {
  pages.set(url, pageOf(body))
  process.send?.({ stored: url })
})
process.once('disconnect', () => process.exit())

const server = app.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port })
})
server.keepAliveTimeout = KEEP_ALIVE_MS
