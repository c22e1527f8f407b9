import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operations } from '../../contracts/operations/all-operations.ts'
import { startTokenIssuer, type TokenIssuer } from '../support/access/token-issuer.ts'
import { checkAnswer } from '../support/official-answers.ts'
import { type RunningService, startService, temporaryFolder } from '../support/running-service.ts'

/**
 * Who may do what, as the table of AppNote 0016 has it, read from there and not from our operations: `r`, `w`, `d`
 * for tams-api/read, write and delete; tams-api/admin may do everything.
 */
const BY_APPNOTE = {
  'GET /': 'rwd',
  'GET /service': 'rwd',
  'POST /service': '',
  'GET /service/storage-backends': 'rwd',
  'GET /service/webhooks': 'r',
  'POST /service/webhooks': 'w',
  'GET /service/webhooks/{webhookId}': 'r',
  'PUT /service/webhooks/{webhookId}': 'r',
  'DELETE /service/webhooks/{webhookId}': 'r',
  'GET /sources': 'r',
  'GET /sources/{sourceId}': 'r',
  'GET /sources/{sourceId}/tags': 'r',
  'GET /sources/{sourceId}/tags/{name}': 'r',
  'PUT /sources/{sourceId}/tags/{name}': 'w',
  'DELETE /sources/{sourceId}/tags/{name}': 'w',
  'GET /sources/{sourceId}/description': 'r',
  'PUT /sources/{sourceId}/description': 'w',
  'DELETE /sources/{sourceId}/description': 'w',
  'GET /sources/{sourceId}/label': 'r',
  'PUT /sources/{sourceId}/label': 'w',
  'DELETE /sources/{sourceId}/label': 'w',
  'GET /flows': 'r',
  'GET /flows/{flowId}': 'r',
  'PUT /flows/{flowId}': 'w',
  'DELETE /flows/{flowId}': 'd',
  'GET /flows/{flowId}/tags': 'r',
  'GET /flows/{flowId}/tags/{name}': 'r',
  'PUT /flows/{flowId}/tags/{name}': 'w',
  'DELETE /flows/{flowId}/tags/{name}': 'w',
  'GET /flows/{flowId}/description': 'r',
  'PUT /flows/{flowId}/description': 'w',
  'DELETE /flows/{flowId}/description': 'w',
  'GET /flows/{flowId}/label': 'r',
  'PUT /flows/{flowId}/label': 'w',
  'DELETE /flows/{flowId}/label': 'w',
  'GET /flows/{flowId}/read_only': 'r',
  'PUT /flows/{flowId}/read_only': 'w',
  'GET /flows/{flowId}/flow_collection': 'r',
  'PUT /flows/{flowId}/flow_collection': 'w',
  'DELETE /flows/{flowId}/flow_collection': 'w',
  'GET /flows/{flowId}/max_bit_rate': 'r',
  'PUT /flows/{flowId}/max_bit_rate': 'w',
  'DELETE /flows/{flowId}/max_bit_rate': 'w',
  'GET /flows/{flowId}/avg_bit_rate': 'r',
  'PUT /flows/{flowId}/avg_bit_rate': 'w',
  'DELETE /flows/{flowId}/avg_bit_rate': 'w',
  'GET /flows/{flowId}/segments': 'r',
  'POST /flows/{flowId}/segments': 'w',
  'DELETE /flows/{flowId}/segments': 'd',
  'POST /flows/{flowId}/storage': 'w',
  'GET /objects/{objectId}': 'r',
  'POST /objects/{objectId}/instances': 'w',
  'DELETE /objects/{objectId}/instances': 'w',
  'GET /flow-delete-requests': '',
  'GET /flow-delete-requests/{request-id}': 'd',
} as const

/** Of TAMS but not in the table, which the basic mapping of methods covers; and our own. `*`: open to all. */
const BEYOND = {
  'GET /service/profiles': 'r',
  'GET /service/profiles/{profileId}': 'r',
  'POST /service/profiles/{profileId}': 'w',
  'POST /sources': 'w',
  'PUT /sources/{sourceId}': 'w',
  'DELETE /sources/{sourceId}': 'd',
  'GET /sources/{sourceId}/history': 'r',
  'POST /flows': 'w',
  'GET /flows/{flowId}/history': 'r',
  'POST /flows/{flowId}/restore': 'w',
  'GET /flows/{flowId}/segments/{objectId}/tags': 'r',
  'GET /flows/{flowId}/segments/{objectId}/tags/{name}': 'r',
  'PUT /flows/{flowId}/segments/{objectId}/tags/{name}': 'w',
  'DELETE /flows/{flowId}/segments/{objectId}/tags/{name}': 'w',
  'POST /flow-delete-requests': 'd',
  'POST /objects': 'w',
  'DELETE /objects/{objectId}': 'd',
  'GET /events': 'r',
  'GET /analytics/flow-usage': 'r',
  'GET /analytics/storage-usage': 'r',
  'GET /analytics/time-range-analysis': 'r',
  'GET /analytics/catalog-summary': 'r',
  'GET /analytics/tables/{name}': 'r',
  'GET /vast/status': 'r',
  'GET /vast/buckets': '',
  'GET /vast/tables/{name}/stats': 'r',
  'GET /health': '*',
  'GET /metrics': 'r',
  'GET /openapi.json': '*',
  'GET /asyncapi.json': '*',
} as const

const TABLE: Readonly<Record<string, string>> = { ...BY_APPNOTE, ...BEYOND }

const SCOPE_OF: Readonly<Record<string, string>> = {
  r: 'tams-api/read',
  w: 'tams-api/write',
  d: 'tams-api/delete',
  a: 'tams-api/admin',
}

/** No scope, each, and each two of them. */
const SUBSETS = ['', 'r', 'w', 'd', 'a', 'rw', 'rd', 'ra', 'wd', 'wa', 'da']

const nameOf = ({ method, path }: { method: string; path: string }) => `${method.toUpperCase()} ${path}`

const isAllowed = (allowed: string, held: string): boolean =>
  allowed === '*' || held.includes('a') || [...held].some((scope) => allowed.includes(scope))

let issuer: TokenIssuer
let service: RunningService
const tokens = new Map<string, string>()

beforeAll(async () => {
  issuer = await startTokenIssuer()
  service = await startService(temporaryFolder(), { AUTH_ISSUER: issuer.issuer, DELETE_WAIT_MS: '0' })
  for (const held of SUBSETS) {
    const scope = [...held].map((letter) => SCOPE_OF[letter]).join(' ')
    tokens.set(held, await issuer.token({ scope }))
  }
})

afterAll(async () => {
  await service.stop()
  await issuer.stop()
})

/** Of resources that are not there: whoever gets as far as to be told so was let in. */
const urlOf = (path: string) =>
  service.url +
  path
    .replace('/tables/{name}', '/tables/flows')
    .replace('{name}', 'a')
    .replace(/\{\w+(-\w+)?\}/g, () => randomUUID())

/** @returns the status, and the type of a refusal; a stream is let go once it has begun */
async function ask(method: string, path: string, headers: Record<string, string>) {
  const leaving = new AbortController()
  const hasBody = method === 'POST' || method === 'PUT'
  const url = urlOf(path)
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(hasBody && { 'content-type': 'application/json' }) },
    ...(hasBody && { body: '{}' }),
    signal: leaving.signal,
  })
  const { status } = response
  const isRefusal = status === 401 || status === 403
  const text = isRefusal ? await response.text() : ''
  leaving.abort()
  if (isRefusal) checkAnswer({ method, path: new URL(url).pathname, status, headers: response.headers, text })
  return { status, headers: response.headers, type: text === '' ? undefined : JSON.parse(text).type }
}

describe('the scopes of operations', () => {
  it('are of every operation there is, and of no other', () => {
    expect(operations.map(nameOf).sort()).toEqual(Object.keys(TABLE).sort())
  })

  it.each(Object.entries(TABLE))('%s is for %s, and for admin', async (name, allowed) => {
    const [method = '', path = ''] = name.split(' ')
    const methods = method === 'GET' ? ['GET', 'HEAD'] : [method]
    const expected: Record<string, boolean> = {}
    const found: Record<string, boolean> = {}
    for (const asked of methods) {
      for (const held of SUBSETS) {
        const { status, type, headers } = await ask(asked, path, {
          authorization: `Bearer ${tokens.get(held)}`,
        })
        expected[`${asked} with "${held}"`] = isAllowed(allowed, held)
        found[`${asked} with "${held}"`] = status !== 403
        if (status !== 403) expect(status, `${asked} ${path}`).not.toBe(401)
        else expect(headers.get('www-authenticate')).toContain('error="insufficient_scope"')
        if (status === 403 && asked !== 'HEAD') expect(type).toBe('insufficient_scope')
      }
    }
    expect(found).toEqual(expected)
  })

  it.each(Object.entries(TABLE))('%s asks who it is, unless it is for all (%s)', async (name, allowed) => {
    const [method = '', path = ''] = name.split(' ')
    const methods = method === 'GET' ? ['GET', 'HEAD'] : [method]
    for (const asked of methods) {
      const { status, headers } = await ask(asked, path, {})
      if (allowed === '*') expect(status).toBe(200)
      else expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="Framelog"'])
    }
  })

  it('are in the OpenAPI document, for clients to ask for', async () => {
    const { paths } = (await (await fetch(`${service.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { 'x-framelog-scopes'?: string[]; security?: unknown[] }>>
    }
    for (const [name, allowed] of Object.entries(TABLE)) {
      const [method = '', path = ''] = name.split(' ')
      const { 'x-framelog-scopes': scopes, security } = paths[path]![method.toLowerCase()]!
      if (allowed === '*') expect([scopes, security]).toEqual([undefined, []])
      else expect(new Set(scopes)).toEqual(new Set([...allowed, 'a'].map((letter) => SCOPE_OF[letter])))
    }
  })
})
