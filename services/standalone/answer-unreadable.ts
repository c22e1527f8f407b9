import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { errorAnswer } from '../api/http/error-answer.ts'
import { HttpRefusal } from '../api/http/http-refusal.ts'

const REFUSALS: Readonly<Record<string, HttpRefusal>> = {
  HPE_HEADER_OVERFLOW: new HttpRefusal(431, 'headers_too_large', 'the URL and headers are too long'),
  ERR_HTTP_REQUEST_TIMEOUT: new HttpRefusal(408, 'request_timeout', 'the request took too long to come'),
}
const NOT_HTTP = new HttpRefusal(400, 'bad_request', 'this is not HTTP/1.1')

/** Says what is wrong with what Node's parser could not read as a request; the connection ends with it. */
export function answerUnreadable(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const { status, json = '' } = errorAnswer(REFUSALS[error.code ?? ''] ?? NOT_HTTP, Date.now())
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(json)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${json}`)
}
