import { readdir, readlink } from 'node:fs/promises'
import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http'
import { text } from 'node:stream/consumers'
import { expect } from 'vitest'
import { ErrorBody } from '../../contracts/resources/error.ts'

export const MEDIA_TYPE = 'video/mp2t'

export const putMedia = (url: string, body: Uint8Array, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'PUT',
    body: new Uint8Array(body),
    headers: { 'Content-Type': MEDIA_TYPE, ...headers },
  })

/** @returns the refusal's summary */
export async function expectRefusal(response: Response, status: number, type: string): Promise<string> {
  expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('access-control-allow-origin')).toBe('*')
  const body = ErrorBody.parse(await response.json())
  expect(body.type).toBe(type)
  return body.summary
}

/** `fetch` would set headers and clean paths of its own accord. */
export async function sendRaw(url: string, options: RequestOptions, body: Buffer) {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = httpRequest(url, { ...options, agent: false }, resolve)
    request.on('error', reject)
    request.end(body)
  })
  return { status: response.statusCode, body: await text(response) }
}

/** An upload that announces `length` bytes and is then in the caller's hands. */
export function startUpload(url: string, length: number): ClientRequest {
  const headers = { 'Content-Type': MEDIA_TYPE, 'Content-Length': length }
  const request = httpRequest(url, { method: 'PUT', headers })
  request.on('error', () => {})
  return request
}

/** A response whose body is left where it is. */
export async function startDownload(url: string): Promise<IncomingMessage> {
  const response = await new Promise<IncomingMessage>((resolve) => {
    httpRequest(url, { agent: false }, resolve).end()
  })
  response.on('error', () => {})
  return response.pause()
}

/** Linux tells; elsewhere there is nothing to compare. */
export async function openFilesBelow(directory: string): Promise<string[]> {
  const descriptors = await readdir('/proc/self/fd').catch(() => [])
  const paths = await Promise.all(descriptors.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')))
  return paths.filter((path) => path.startsWith(directory))
}
