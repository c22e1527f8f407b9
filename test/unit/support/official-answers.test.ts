import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hasSpecification, ifSpecified } from '../../support/contracts/tams-specification.ts'
import { checkAnswer } from '../../support/official-answers.ts'

const JSON_TYPE = { 'content-type': 'application/json' }
const refusal = { type: 'bad_request', summary: 'no', time: '2026-01-01T00:00:00Z' }
const flow = {
  id: randomUUID(),
  source_id: randomUUID(),
  metadata_version: '1',
  created: '2026-01-01T00:00:00.000Z',
  metadata_updated: '2026-01-01T00:00:00.000Z',
  format: 'urn:x-nmos:format:audio',
  codec: 'audio/aac',
  essence_parameters: { sample_rate: 48_000, channels: 2 },
}
const FLOW = `/flows/${flow.id}`

type Changes = { readonly body?: unknown; readonly text?: string; readonly headers?: Record<string, string> }

const check =
  (method: string, path: string, status: number, { body, text, headers }: Changes = {}) =>
  () =>
    checkAnswer({
      method,
      path,
      status,
      headers: new Headers({ ...(body !== undefined && JSON_TYPE), ...headers }),
      text: text ?? (body === undefined ? '' : JSON.stringify(body)),
    })

describe('holding answers against the documents', () => {
  it.each([
    ['a flow', check('GET', FLOW, 200, { body: flow })],
    ['the same under the prefix', check('GET', `/api/v1${FLOW}`, 200, { body: flow })],
    ['a page of flows', check('GET', '/flows', 200, { body: [flow], headers: { 'X-Paging-Limit': '10' } })],
    ['a HEAD', check('HEAD', FLOW, 200, { headers: { ...JSON_TYPE, 'Content-Length': '700' } })],
    ['a replaced flow', check('PUT', FLOW, 204)],
    ['a refusal', check('GET', '/flows', 400, { body: refusal })],
    ['a refusal no document names', check('PATCH', '/flows', 405, { body: refusal })],
    ['a path nobody serves', check('GET', '/nothing', 404, { body: refusal })],
    ['options', check('OPTIONS', '/flows', 204)],
  ])('nothing is wrong with %s', (_what, checked) => {
    expect(checked).not.toThrow()
  })

  const { id: _, ...withoutId } = flow
  it.each([
    ['a field that is missing', check('GET', FLOW, 200, { body: withoutId }), /id/],
    ['a field of another type', check('GET', FLOW, 200, { body: { ...flow, tags: 7 } }), /body\/tags/],
    ['a time that is none', check('GET', FLOW, 200, { body: { ...flow, created: 'today' } }), /date-time/],
    ['one flow for a list', check('GET', '/flows', 200, { body: flow }), /array/],
    ['a status nobody named', check('GET', FLOW, 202, { body: flow }), /has no 202/],
    ['a 500', check('GET', FLOW, 500, { body: refusal }), /500/],
    ['a refusal without its body', check('GET', FLOW, 404), /not the error body/],
    [
      'a refusal with another body',
      check('GET', FLOW, 404, { body: { message: 'no' } }),
      /not the error body/,
    ],
    ['a body to a HEAD', check('HEAD', FLOW, 200, { body: flow }), /may be/],
    ['a body with a 204', check('PUT', FLOW, 204, { body: flow }), /may be/],
    ['no body with a 200', check('GET', FLOW, 200), /no body/],
    ['a body where none is named', check('POST', '/service', 200, { body: {} }), /a body/],
    [
      'text',
      check('GET', FLOW, 200, { text: '"a"', headers: { 'content-type': 'text/plain' } }),
      /Content-Type/,
    ],
    [
      'a limit that is no integer',
      check('GET', '/flows', 200, { body: [], headers: { 'X-Paging-Limit': 'many' } }),
      /X-Paging-Limit/,
    ],
    [
      'True for a flag',
      check('GET', '/flows', 200, { body: [], headers: { 'X-Paging-Reverse-Order': 'True' } }),
      /X-Paging-Reverse-Order/,
    ],
    ['what nobody serves', check('GET', '/nothing', 200, { body: [] }), /no such operation/],
    ['a health that is none', check('GET', '/health', 200, { body: {} }), /by our own document/],
  ])('%s is told of', (_what, checked, telling) => {
    expect(checked).toThrow(telling)
  })

  it.skipIf(!hasSpecification)(`the official document has a say${ifSpecified}`, () => {
    expect(check('GET', FLOW, 200, { body: withoutId })).toThrow('by TAMS: body')
    expect(check('GET', '/flows', 200, { body: flow })).toThrow('by TAMS: body')
    expect(check('PUT', FLOW, 202)).toThrow('by TAMS: PUT_flows-flowId has no 202')
  })
})
