import { describe, expect, it } from 'vitest'
import { WebhookPost, WebhookPut } from '../../../../contracts/resources/webhook.ts'
import { faultsIn } from '../../../support/contracts/faults.ts'
import { FLOW_ID } from '../../../support/contracts/flow-bodies.ts'

const post = { url: 'https://hook.example.com', events: ['flows/created'] }
const put = { id: FLOW_ID, ...post, status: 'created' }
const keyed = { ...post, api_key_name: 'X-Key', api_key_value: 'a' }

const NO_URL = 'url: must be an absolute http or https URL'
const NO_HEADER = 'api_key_name: must be the name of an HTTP header'
const NO_VALUE =
  'api_key_value: must be the value of an HTTP header: printable ASCII, with no space at either end'

describe('a webhook', () => {
  it('is to begin unless said otherwise', () => {
    expect(WebhookPost.parse(post)).toStrictEqual({ ...post, status: 'created' })
  })

  it.each([
    { events: [] },
    { flow_ids: [], source_ids: [], flow_collected_by_ids: [], source_collected_by_ids: [] },
    { accept_get_urls: [], accept_storage_ids: [] },
    { presigned: false, verbose_storage: false, include_object_timerange: true },
    { tags: { site: ['a', 'b'] } },
    { status: 'disabled' },
    { url: 'http://localhost:8080/a?b=c@d#e' },
    { url: 'https://[::1]/', api_key_name: 'Authorization', api_key_value: 'Bearer a b=' },
  ])('may say all that TAMS has it say: %j', (said) => {
    const body = { ...post, status: 'created', ...said }
    expect(WebhookPost.parse(body)).toStrictEqual(body)
  })

  it('may be put as it was got, with its error, which is not read', () => {
    const error = { type: 'gone', summary: '410', time: '2026-11-21T00:00:00Z' }
    expect(WebhookPut.parse({ ...put, error })).toStrictEqual(put)
    expect(WebhookPut.parse({ ...put, error: 7 })).toStrictEqual(put)
  })
})

describe('what is said to the client of a webhook that is refused', () => {
  it.each<[what: string, body: unknown, said: string]>([
    ['nothing', undefined, 'body: is missing'],
    ['no address and no events', {}, 'url: is missing; events: is missing'],
    ['an unknown event', { ...post, events: ['flows/seen'] }, 'events[0]: must be one of flows/created, '],
    ['a filter nobody knows', { ...post, format: 'video' }, 'body: has unknown names: format'],
    ['an error of its own', { ...post, error: {} }, 'body: has unknown names: error'],
    ['an id that is none', { ...post, flow_ids: ['x'] }, 'flow_ids[0]: must be a UUID in lower case'],
    ['too many ids', { ...post, flow_ids: Array(1001).fill(FLOW_ID) }, 'flow_ids: must have at most 1000'],
    ['started', { ...post, status: 'started' }, 'status: must be one of created, disabled'],
    ['no URL', { ...post, url: 'hook.example.com' }, NO_URL],
    ['a URL of another scheme', { ...post, url: 'ftp://hook.example.com' }, NO_URL],
    ['a script', { ...post, url: 'javascript:alert(1)' }, NO_URL],
    ['a URL with spaces around it', { ...post, url: ' https://hook.example.com' }, NO_URL],
    ['a URL of two lines', { ...post, url: 'https://hook\n.example.com' }, NO_URL],
    ['a URL without a host', { ...post, url: 'https://' }, NO_URL],
    ['a long URL', { ...post, url: `https://a/${'x'.repeat(8_192)}` }, 'url: must have at most 8192'],
    ['a password', { ...post, url: 'https://a:b@c/' }, 'url: must not hold a user name or password'],
    ['a user name', { ...post, url: 'https://a@c/' }, 'url: must not hold a user name or password'],
    ['one behind more slashes', { ...post, url: 'https:////a@c/' }, 'url: must not hold a user name'],
    ['a key without a header', { ...post, api_key_value: 'a' }, 'api_key_name: is missing: api_key_value'],
    ['no header name', { ...keyed, api_key_name: 'X Key' }, NO_HEADER],
    ['two headers', { ...keyed, api_key_name: 'X-Key\r\nX-Other' }, NO_HEADER],
    ['a second header in the key', { ...keyed, api_key_value: 'a\r\nHost: b' }, NO_VALUE],
    ['a key in other letters', { ...keyed, api_key_value: 'ключ' }, NO_VALUE],
    ['a key that ends in a space', { ...keyed, api_key_value: 'a ' }, NO_VALUE],
    ['a long key', { ...keyed, api_key_value: 'a'.repeat(8_193) }, 'api_key_value: must have at most 8192'],
  ])('for %s', (_what, body, said) => {
    expect(faultsIn(WebhookPost, body)).toContain(said)
  })

  it.each([
    ...['Host', 'content-length', 'Content-Type', 'CONNECTION', 'Transfer-Encoding', 'upgrade', 'te'],
    ...['CE-Type', 'ce-id', 'Webhook-Signature', 'webhook-id', 'User-Agent'],
  ])('for a key in the header %s', (api_key_name) => {
    expect(faultsIn(WebhookPost, { ...keyed, api_key_name })).toBe(
      'api_key_name: must not be a header that the sender of a request sets itself',
    )
  })

  it('never repeats a key', () => {
    const api_key_value = 'secret\nsecret'
    for (const body of [
      { ...keyed, api_key_value },
      { ...keyed, api_key_value, url: 7 },
    ]) {
      expect(faultsIn(WebhookPost, body)).not.toContain('secret')
    }
  })

  it.each<[what: string, body: unknown, said: string]>([
    ['a list', [], 'body: must be an object'],
    ['null', null, 'body: must be an object'],
    ['neither id nor status', post, 'id: is missing; status: must be one of created, disabled'],
    ['what was got of one that is sending', { ...put, status: 'started' }, 'status: must be one of created'],
    [
      'what was got of one in error',
      { ...put, status: 'error', error: {} },
      'status: must be one of created',
    ],
  ])('for a change to %s', (_what, body, said) => {
    expect(faultsIn(WebhookPut, body)).toContain(said)
  })
})
