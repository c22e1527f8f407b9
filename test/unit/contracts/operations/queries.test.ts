import { describe, expect, it } from 'vitest'
import type { Operation } from '../../../../contracts/http/operation.ts'
import { InvalidRequest, parseRequest } from '../../../../contracts/http/parse-request.ts'
import { operations } from '../../../../contracts/operations/all-operations.ts'
import { deleteFlowSegments } from '../../../../contracts/operations/delete-flow-segments.ts'
import { getFlowSegments } from '../../../../contracts/operations/get-flow-segments.ts'
import { getFlows } from '../../../../contracts/operations/get-flows.ts'
import { getObject } from '../../../../contracts/operations/get-object.ts'
import { getSource } from '../../../../contracts/operations/get-source.ts'
import { getSources } from '../../../../contracts/operations/get-sources.ts'
import { getStorageBackends } from '../../../../contracts/operations/get-storage-backends.ts'
import { postFlowStorage } from '../../../../contracts/operations/post-flow-storage.ts'
import { FLOW_ID, SOURCE_ID } from '../../../support/contracts/flow-bodies.ts'

const flow = { flowId: FLOW_ID }
const ask = <O extends Operation>(operation: O, query: object, params: object = {}) =>
  parseRequest(operation, { params, query, body: undefined })

function refusalOf(operation: Operation, query: object, params: object = {}): string {
  try {
    ask(operation, query, params)
  } catch (error) {
    if (error instanceof InvalidRequest) return error.message
    throw error
  }
  throw new Error('the request was accepted')
}

describe('what is asked of a list', () => {
  it('is everything, newest first, unless said otherwise', () => {
    expect(ask(getFlows, {}).query).toEqual({ timerange: '_', sort_by: 'created', reverse_order: false })
    expect(ask(getSources, {}).query).toEqual({ sort_by: 'created', reverse_order: false })
    expect(ask(getStorageBackends, {}).query).toEqual({ reverse_order: false })
    expect(ask(getFlowSegments, {}, flow).query).toEqual({
      timerange: '_',
      reverse_order: false,
      verbose_storage: false,
      include_object_timerange: false,
    })
  })

  it('may be filtered by all that TAMS filters Flows by', () => {
    const asked = {
      source_id: SOURCE_ID,
      timerange: '()',
      format: 'urn:x-nmos:format:video',
      codec: 'video/h264',
      profile_id: SOURCE_ID,
      label: 'Camera 1',
      status: 'ingesting',
      sort_by: 'metadata_updated',
      page: 'abc',
    }
    const numbers = { frame_width: '1920', frame_height: '1080', limit: '5' }
    const booleans = { init_segments: 'false', reverse_order: 'true' }
    const { query } = ask(getFlows, {
      ...asked,
      ...numbers,
      ...booleans,
      collected_by_ids: `${FLOW_ID},${SOURCE_ID}`,
    })
    expect(query).toEqual({
      ...asked,
      frame_width: 1920,
      frame_height: 1080,
      limit: 5,
      init_segments: false,
      reverse_order: true,
      collected_by_ids: [FLOW_ID, SOURCE_ID],
    })
  })

  it('tells "collected by none" from "whoever collects it"', () => {
    expect(ask(getSources, { collected_by_ids: '' }).query.collected_by_ids).toEqual([])
    expect(ask(getSources, {}).query.collected_by_ids).toBeUndefined()
  })

  it('may be more than the service gives at once, or than any integer', () => {
    expect(ask(getFlows, { limit: '1000000' }).query.limit).toBe(1_000_000)
    expect(ask(getFlows, { limit: '9'.repeat(30) }).query.limit).toBe(Number.MAX_SAFE_INTEGER)
  })

  it.each([
    ['limit', '0', 'query: limit: must be an integer of at least 1'],
    ['limit', '-1', 'query: limit: must be an integer of at least 1'],
    ['limit', '1.5', 'query: limit: must be an integer of at least 1'],
    ['limit', '', 'query: limit: must be an integer of at least 1'],
    ['limit', '0x10', 'query: limit: must be an integer of at least 1'],
    ['page', '', 'query: page: must be the key of a page'],
    ['sort_by', 'updated', 'query: sort_by: must be one of created, metadata_updated, label'],
    [
      'format',
      'video',
      'query: format: must be one of urn:x-nmos:format:video, urn:x-tam:format:image, urn:x-nmos:format:audio, urn:x-nmos:format:data, urn:x-nmos:format:multi',
    ],
    ['codec', 'h264', 'query: codec: must be a media type without parameters, such as video/mp2t'],
    ['source_id', 'x', 'query: source_id: must be a UUID in lower case, of version 1 to 5'],
    ['tag_exists.a', 'yes', 'query: tag_exists.a: must be one of true, false'],
    ['storage_backend_tag.a', 'x', 'query: query: has unknown names: storage_backend_tag.a'],
  ])('is refused where %s is "%s"', (name, value, said) => {
    expect(refusalOf(getFlows, { [name]: value })).toBe(said)
  })
})

describe('which URLs are asked for', () => {
  it.each([getFlowSegments, getObject])(
    'is told apart by what is empty and what is left out: $operationId',
    (operation) => {
      const params = { ...flow, objectId: 'a/b' }
      const none = ask(operation, {}, params).query
      expect(none.accept_get_urls).toBeUndefined()
      expect(none.presigned).toBeUndefined()
      const empty = ask(
        operation,
        { accept_get_urls: '', accept_storage_ids: '', presigned: 'false' },
        params,
      )
      expect(empty.query).toMatchObject({ accept_get_urls: [], accept_storage_ids: [], presigned: false })
      const query = { 'storage_backend_tag.site': 'a,b', 'storage_backend_tag_exists.cold': 'false' }
      const { queryPatterns } = ask(operation, query, params)
      expect(queryPatterns['storage_backend_tag.{name}']).toEqual(new Map([['site', ['a', 'b']]]))
      expect(queryPatterns['storage_backend_tag_exists.{name}']).toEqual(new Map([['cold', false]]))
    },
  )

  it('goes with which Flows of an object are asked for', () => {
    const { queryPatterns } = ask(
      getObject,
      { 'flow_tag.a': 'b', 'flow_tag_exists.c': 'true' },
      { objectId: 'x' },
    )
    expect(queryPatterns['flow_tag.{name}']).toEqual(new Map([['a', ['b']]]))
    expect(queryPatterns['flow_tag_exists.{name}']).toEqual(new Map([['c', true]]))
  })
})

describe('what an operation needs', () => {
  it.each([getFlowSegments, deleteFlowSegments])(
    'is an id that could be a Flow’s: $operationId',
    (operation) => {
      expect(refusalOf(operation, {}, { flowId: '1' })).toBe(
        'params: flowId: must be a UUID in lower case, of version 1 to 5',
      )
    },
  )

  it('is a Source’s id, or an object’s', () => {
    expect(refusalOf(getSource, {}, { sourceId: SOURCE_ID.toUpperCase() })).toContain('params: sourceId')
    expect(refusalOf(getObject, {}, { objectId: '\n' })).toContain('params: objectId')
  })

  it('is not a body, where storage is allocated as the service likes', () => {
    expect(parseRequest(postFlowStorage, { params: flow, query: {}, body: undefined }).body).toEqual({})
  })

  it('is told of no parameters where there are none', () => {
    const plain = operations.filter(({ query }) => Object.keys(query.shape).length === 0)
    for (const operation of plain) {
      const params = {
        ...flow,
        sourceId: SOURCE_ID,
        profileId: SOURCE_ID,
        webhookId: SOURCE_ID,
        objectId: 'clip',
        // Of a tag, or of a table.
        name: 'flows',
        'request-id': FLOW_ID,
      }
      expect(refusalOf(operation, { limit: '1' }, params)).toBe('query: query: has unknown names: limit')
    }
  })
})
