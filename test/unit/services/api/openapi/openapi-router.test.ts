import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openapiDocument } from '../../../../../contracts/http/openapi.ts'
import { operations } from '../../../../../contracts/operations/all-operations.ts'
import { apiInfo } from '../../../../../contracts/operations/api-info.ts'
import { openapiRouter } from '../../../../../services/api/openapi/openapi-router.ts'

const document = openapiDocument(operations, apiInfo)
// As the service has it: ETags are of its own making.
const app = express().disable('etag')
app.use(openapiRouter(document)).use('/behind/a/proxy', openapiRouter(document))
const server = createServer(app)
let origin: string

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  server.closeAllConnections()
  await new Promise((closed) => server.close(closed))
})

const get = (path: string, init?: RequestInit) => fetch(`${origin}${path}`, { redirect: 'manual', ...init })

describe('the OpenAPI document over HTTP', () => {
  it('is the document, and is kept until it changes', async () => {
    const response = await get('/openapi.json')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-cache')
    expect(await response.json()).toEqual(JSON.parse(JSON.stringify(document)))

    const etag = response.headers.get('etag') ?? ''
    const again = await get('/openapi.json', {
      headers: { 'If-None-Match': etag, 'Cache-Control': 'max-age=0' },
    })
    expect(again.status).toBe(304)
    expect(await again.text()).toBe('')
  })

  it('answers HEAD as GET, without the body', async () => {
    const [whole, head] = [await get('/openapi.json'), await get('/openapi.json', { method: 'HEAD' })]
    expect(head.status).toBe(200)
    expect(head.headers.get('content-length')).toBe(whole.headers.get('content-length'))
    expect(await head.text()).toBe('')
  })
})

describe.each(['', '/behind/a/proxy'])('the documentation page at "%s"/docs', (prefix) => {
  const pageLinks = async () => {
    const html = await (await get(`${prefix}/docs`)).text()
    const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '')
    return links.map((link) => new URL(link, `${origin}${prefix}/docs`))
  }

  it('is a page of this service alone', async () => {
    const response = await get(`${prefix}/docs`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toMatch(/https?:|\*/)
    for (const link of await pageLinks()) expect(link.origin).toBe(origin)
  })

  it('has all it links to, and no script within', async () => {
    const links = await pageLinks()
    expect(links.length).toBe(5)
    for (const link of links) expect((await fetch(link)).status).toBe(200)
    expect(await (await get(`${prefix}/docs`)).text()).not.toMatch(/<script>|\son\w+=/)
  })

  it('starts with the document beside it', async () => {
    const script = await (await get(`${prefix}/docs/start.js`)).text()
    const url = /url: '([^']+)'/.exec(script)?.[1] ?? ''
    expect((await fetch(new URL(url, `${origin}${prefix}/docs`))).status).toBe(200)
  })

  it('has Swagger UI’s files kept for ever, under a path of their version', async () => {
    const bundle = (await pageLinks()).find(({ pathname }) => pathname.endsWith('swagger-ui-bundle.js'))
    expect(bundle?.pathname).toMatch(/\/docs\/\d+\.\d+\.\d+\//)
    const response = await fetch(bundle!)
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(response.headers.get('content-type')).toMatch(/^text\/javascript/)
    expect((await response.text()).length).toBeGreaterThan(100_000)
  })

  it.each(['docs/', 'redoc'])('is where /%s leads', async (path) => {
    const response = await get(`${prefix}/${path}`)
    expect(response.status).toBe(308)
    const target = new URL(response.headers.get('location') ?? '', `${origin}${prefix}/${path}`)
    expect(target.pathname).toBe(`${prefix}/docs`)
  })

  it.each([
    'docs/../../package.json',
    'docs/5.35.0/package.json',
    'docs/5.35.0/..%2f..%2fexpress/package.json',
  ])('gives no other file: %s', async (path) => {
    expect((await get(`${prefix}/${path}`)).status).toBe(404)
  })
})
