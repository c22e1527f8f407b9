import { createHash, createHmac } from 'node:crypto'
import { type IncomingMessage, request } from 'node:http'
import type { Account } from './http/signature.ts'

export type Answer = {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

export type Asked = {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

/** Sends a request as the official client signs it: region empty, host and date signed. */
export async function signedRequest(url: string, account: Account, asked: Asked): Promise<Answer> {
  const { method, path, headers = {}, body = new Uint8Array() } = asked
  const [pathname = '/', query = ''] = path.split('?')
  const { host } = new URL(url)
  const date = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '')
  const payload = sha256(body)
  const items = query === '' ? [] : query.split('&').map((item) => (item.includes('=') ? item : `${item}=`))
  const lines = [
    method,
    pathname,
    items.sort().join('&'),
    `host:${host}`,
    `x-amz-date:${date}`,
    '',
    'host;x-amz-date',
    payload,
  ]
  const scope = [date.slice(0, 8), '', 's3', 'aws4_request']
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${account.secretAccessKey}`)
  const text = ['AWS4-HMAC-SHA256', date, scope.join('/'), sha256(lines.join('\n'))].join('\n')
  const signature = hmac(key, text).toString('hex')
  const credential = [account.accessKeyId, ...scope].join('/')
  return sent(url, asked, {
    'tabular-api-version-id': '1',
    'tabular-client-name': 'a-test',
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=${signature}`,
    'x-amz-date': date,
    'x-amz-content-sha256': payload,
    'content-length': String(body.length),
    ...headers,
  })
}

function sent(url: string, { method, path, body }: Asked, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request(url + path, { method, headers, agent: false }, async (response) => {
      const chunks: Buffer[] = []
      try {
        for await (const chunk of response) chunks.push(chunk)
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) })
      } catch (error) {
        reject(error)
      }
    })
    asking.on('error', reject).end(body)
  })
}

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
