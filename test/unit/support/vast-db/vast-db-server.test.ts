import { type Data, Field, Int64, Schema, tableFromIPC, Utf8, vectorFromArray } from 'apache-arrow'
import { afterEach, describe, expect, it } from 'vitest'
import { writeStream } from '../../../../services/adapters/vast-db/ipc/write-stream.ts'
import { batchStream, schemaStream } from '../../../support/vast-db/arrow/ipc.ts'
import { type Answer, type Asked, signedRequest } from '../../../support/vast-db/signed-request.ts'
import {
  startVastDb,
  type VastDbOptions,
  type VastDbServer,
} from '../../../support/vast-db/vast-db-server.ts'

const running: VastDbServer[] = []
afterEach(async () => {
  for (const server of running.splice(0)) await server.close()
})

const A = new Field('a', new Int64(), true)
/** Section 11 of the protocol: schema (a int64), filter `and()`, projection [0]. */
const SELECT_A = Buffer.from(
  '0c00000008000a0009000400080000001400000000090e0014000000100008000c0004000e000000100000002400000054000000980000000100000008000000040004000400000008000c000b00040008000000100000000000000308000c00080004000800000008000000080000000000000003000000616e64000800080000000400080000000400000001000000100000000c0010000c000b000a0004000c00000014000000000002011800000008000c000800070008000000000000014000000001000000610000000000000000000000',
  'hex',
)
/** Section 11: CreateSchemaRequest of no properties. */
const CREATE_SCHEMA = Buffer.from('0c000000000006000800040006000000040000000000000000000000', 'hex')
const QUERY_HEADERS = {
  'tabular-split': '0,1,8',
  'tabular-num-of-subsplits': '1',
  'tabular-request-format': 'string',
  'tabular-response-format': 'string',
}

const numbers = (...values: bigint[]) =>
  batchStream([A], [vectorFromArray(values, new Int64()).data[0] as Data], values.length)

async function given(options: VastDbOptions = {}) {
  const server = await startVastDb(options)
  running.push(server)
  const ask = (asked: Asked) => signedRequest(server.url, server.account, asked)
  const post = (path: string, body: Uint8Array) => ask({ method: 'POST', path, body })
  const query = (headers: Record<string, string> = {}) =>
    ask({
      method: 'GET',
      path: '/vastdb/s/t?data',
      headers: { ...QUERY_HEADERS, ...headers },
      body: SELECT_A,
    })
  expect((await post('/vastdb/s?schema', CREATE_SCHEMA)).status).toBe(200)
  expect((await post('/vastdb/s/t?table', schemaStream(new Schema([A])))).status).toBe(200)
  return { server, ask, post, query }
}

type Frame = { stream: number; next: bigint; message: Buffer }

/** The frames of an answer, told apart by their lengths alone. */
function framesOf({ body }: Answer): (Frame | 'keep-alive' | 'completed' | 'failed')[] {
  const frames: (Frame | 'keep-alive' | 'completed' | 'failed')[] = []
  for (let at = 0; at < body.length; ) {
    const stream = body.readUInt32LE(at)
    at += 4
    if (stream === 0xffffffff) frames.push('keep-alive')
    else if (stream === 0xfffffffe) frames.push('completed')
    else if (stream === 0xfffffffd) {
      frames.push('failed')
      at += 12
    } else {
      const metadata = body.readInt32LE(at + 12)
      const start = at + 8
      let end = start + 8 + metadata
      if (metadata > 0) end += bodyLength(body.subarray(start + 8, end))
      frames.push({ stream, next: body.readBigUInt64LE(at), message: body.subarray(start, end) })
      at = end
    }
  }
  return frames
}

/** `Message.body_length`, slot 3 of the table. */
function bodyLength(metadata: Buffer): number {
  const table = metadata.readUInt32LE(0)
  const slots = table - metadata.readInt32LE(table)
  const offset = metadata.readUInt16LE(slots) > 10 ? metadata.readUInt16LE(slots + 10) : 0
  return offset === 0 ? 0 : Number(metadata.readBigInt64LE(table + offset))
}

const codeOf = ({ status, body }: Answer) => [status, /<Code>(.*)<\/Code>/.exec(String(body))?.[1]]
const messageOf = ({ body }: Answer) => /<Message>(.*)<\/Message>/.exec(String(body))?.[1]

describe('an answer to a query', () => {
  it('is a stream of schema, batches and end for the leaf of each page, and says where it goes on', async () => {
    const { post, query } = await given({ rowsPerPage: 3, rowsPerBatch: 2 })
    await post('/vastdb/s/t?rows', numbers(5n, 6n, 7n, 8n))
    const frames = framesOf(await query())
    expect(frames.at(-1)).toBe('completed')
    const told = frames.slice(0, -1) as Frame[]
    expect(told.map(({ stream, next }) => [stream, next])).toEqual([
      ...Array.from({ length: 4 }, () => [0, 3n]),
      ...Array.from({ length: 3 }, () => [0, 2n ** 48n - 1n]),
    ])
    const first = tableFromIPC(Buffer.concat(told.slice(0, 4).map(({ message }) => message)))
    expect(first.batches.map(({ numRows }) => numRows)).toEqual([2, 1])
    expect([...(first.getChildAt(0) ?? [])]).toEqual([5n, 6n, 7n])
    expect(String(told[3]?.message.toString('hex'))).toBe('ffffffff00000000')
  })

  it('is given for each sub-split that is not finished, if only of no rows', async () => {
    const { query } = await given()
    const frames = framesOf(
      await query({
        'tabular-num-of-subsplits': '3',
        'tabular-start-row-id-0': '0,281474976710655',
        'tabular-start-row-id-1': '1,0',
        'tabular-start-row-id-2': '2,0',
      }),
    )
    expect(frames.flatMap((frame) => (typeof frame === 'string' ? frame : frame.stream))).toEqual([
      1,
      2,
      1,
      2,
      'completed',
    ])
  })

  it('ends at the limit of a request and tells the next row', async () => {
    const { post, query } = await given()
    await post('/vastdb/s/t?rows', numbers(5n, 6n, 7n))
    const [schema] = framesOf(await query({ 'tabular-limit-rows': '2' })) as Frame[]
    expect(schema?.next).toBe(2n)
    const rest = framesOf(
      await query({ 'tabular-limit-rows': '2', 'tabular-start-row-id-0': '0,2' }),
    ) as Frame[]
    expect([
      ...(tableFromIPC(Buffer.concat(rest.slice(0, 3).map(({ message }) => message))).getChildAt(0) ?? []),
    ]).toEqual([7n])
  })

  it('holds keep-alive frames where that is asked for', async () => {
    const { query } = await given({ framesPerKeepAlive: 1 })
    const frames = framesOf(await query())
    expect(frames.map((frame) => (typeof frame === 'string' ? frame : 'frame'))).toEqual([
      'keep-alive',
      'frame',
      'keep-alive',
      'frame',
      'completed',
    ])
  })

  it('breaks off or fails where a test wants it', async () => {
    const { server, query } = await given()
    server.faults.add({ kind: 'fail_after_frames', frames: 1 }, { command: 'data' })
    expect(framesOf(await query()).at(-1)).toBe('failed')
    server.faults.add({ kind: 'cut_after_frames', frames: 1 }, { command: 'data' })
    await expect(query()).rejects.toThrow()
    expect(framesOf(await query()).at(-1)).toBe('completed')
  })
})

describe('the VAST DB server refuses', () => {
  const rows = { method: 'POST', path: '/vastdb/s/t?rows' }
  const text = vectorFromArray(['x'], new Utf8()).data[0] as Data
  const dictionary = vectorFromArray(['x'])
  const REFUSED: Record<string, [Asked, [number, string]]> = {
    'an unknown command': [{ method: 'GET', path: '/vastdb/s/t?nonsense' }, [400, 'InvalidArgument']],
    'a method that a command has not': [
      { method: 'PUT', path: '/vastdb/s/t?stats' },
      [405, 'MethodNotAllowed'],
    ],
    'an unknown header': [
      { method: 'GET', path: '/vastdb/s/t?stats', headers: { 'tabular-odd': '1' } },
      [400, 'InvalidArgument'],
    ],
    'an unknown parameter': [{ method: 'GET', path: '/vastdb/s/t?stats&odd=1' }, [400, 'InvalidArgument']],
    'another version of the protocol': [
      { method: 'GET', path: '/vastdb/s/t?stats', headers: { 'tabular-api-version-id': '2' } },
      [400, 'InvalidArgument'],
    ],
    'a transaction that is not there': [
      { method: 'PUT', path: '/?transaction', headers: { 'tabular-txid': '7' } },
      [404, 'NoSuchTransaction'],
    ],
    'a missing table': [{ method: 'GET', path: '/vastdb/s/nowhere?stats' }, [404, 'NoSuchKey']],
    'a table that is there': [
      { method: 'POST', path: '/vastdb/s/t?table', body: schemaStream(new Schema([A])) },
      [409, 'Conflict'],
    ],
    'a body that is no Arrow stream': [{ ...rows, body: Buffer.from('nonsense') }, [400, 'InvalidArgument']],
    'a body above 5 MiB': [{ ...rows, body: new Uint8Array(5 * 1024 * 1024 + 1) }, [400, 'EntityTooLarge']],
    'rows without columns': [{ ...rows, body: batchStream([], [], 1) }, [501, 'NotImplemented']],
    'a column of another type': [
      { ...rows, body: batchStream([new Field('a', new Utf8(), true)], [text], 1) },
      [400, 'TabularMismatchColumnType'],
    ],
    'a column that is not nullable': [
      {
        ...rows,
        body: batchStream(
          [A.clone({ nullable: false })],
          [vectorFromArray([1n], new Int64()).data[0] as Data],
          1,
        ),
      },
      [400, 'TabularMismatchColumnType'],
    ],
    'a column that is not there': [
      {
        ...rows,
        body: batchStream([A.clone({ name: 'b' })], [vectorFromArray([1n], new Int64()).data[0] as Data], 1),
      },
      [400, 'TabularMismatchColumnName'],
    ],
    'a dictionary': [
      {
        ...rows,
        body: batchStream([new Field('a', dictionary.type, true)], [dictionary.data[0] as Data], 1),
      },
      [400, 'InvalidArgument'],
    ],
    'an update that does not begin with row ids': [
      { ...rows, method: 'PUT', body: numbers(1n) },
      [400, 'InvalidArgument'],
    ],
    'a query without its headers': [
      { method: 'GET', path: '/vastdb/s/t?data', body: SELECT_A },
      [400, 'InvalidArgument'],
    ],
    'a body where there is none': [
      { method: 'GET', path: '/vastdb/s/t?stats', body: SELECT_A },
      [400, 'InvalidArgument'],
    ],
    'a projection': [{ method: 'GET', path: '/vastdb/s/t?projection' }, [501, 'NotImplemented']],
  }
  it.each(Object.entries(REFUSED))('%s', async (_name, [asked, expected]) => {
    const { ask } = await given()
    expect(codeOf(await ask(asked))).toEqual(expected)
  })

  it('two record batches in one body, and a stream without an end', async () => {
    const { post } = await given()
    const batches = [...tableFromIPC(numbers(1n)).batches, ...tableFromIPC(numbers(2n)).batches]
    const two = writeStream(new Schema([A]), batches)
    expect(messageOf(await post('/vastdb/s/t?rows', two))).toContain('exactly one record batch')
    expect(messageOf(await post('/vastdb/s/t?rows', numbers(1n).slice(0, -8)))).toContain('no end')
  })

  it('row ids that do not ascend', async () => {
    const { post, ask } = await given()
    await post('/vastdb/s/t?rows', numbers(1n, 2n))
    const ids = tableFromIPC((await post('/vastdb/s/t?rows', numbers(3n, 4n))).body)
    const type = ids.schema.fields[0] as Field
    const unsorted = batchStream([type], [vectorFromArray([3n, 2n], type.type).data[0] as Data], 2)
    const answer = await ask({ method: 'DELETE', path: '/vastdb/s/t?rows', body: unsorted })
    expect(messageOf(answer)).toBe('Found duplicate row ids or not in ascending order')
  })

  it('a wrong signature, and a body that is not the signed one', async () => {
    const { server, ask } = await given()
    const probe = { method: 'GET', path: '/vastdb/s/t?stats' }
    const wrong = { ...server.account, secretAccessKey: 'another' }
    expect(codeOf(await signedRequest(server.url, wrong, probe))).toEqual([403, 'SignatureDoesNotMatch'])
    const stranger = { ...server.account, accessKeyId: 'another' }
    expect(codeOf(await signedRequest(server.url, stranger, probe))).toEqual([403, 'InvalidAccessKeyId'])
    const headers = { 'x-amz-content-sha256': '0'.repeat(64) }
    expect(codeOf(await ask({ ...probe, headers }))).toEqual([403, 'XAmzContentSHA256Mismatch'])
  })
})

describe('faults', () => {
  it('cut a connection before a request is done, and after', async () => {
    const { server, post, query } = await given()
    server.faults.add({ kind: 'cut_before' }, { command: 'rows' })
    server.faults.add({ kind: 'cut_after' }, { command: 'rows' })
    await expect(post('/vastdb/s/t?rows', numbers(1n))).rejects.toThrow()
    await expect(post('/vastdb/s/t?rows', numbers(2n))).rejects.toThrow()
    const frames = framesOf(await query()) as Frame[]
    const read = tableFromIPC(Buffer.concat(frames.slice(0, 3).map(({ message }) => message)))
    expect([...(read.getChildAt(0) ?? [])]).toEqual([2n])
  })

  it('answer in place of the database, and end transactions', async () => {
    const { server, ask } = await given()
    server.faults.add({ kind: 'answer', status: 503, code: 'SlowDown' }, { skip: 1, times: 2 })
    const stats = { method: 'GET', path: '/vastdb/s/t?stats' }
    const statuses = [await ask(stats), await ask(stats), await ask(stats), await ask(stats)].map(
      ({ status }) => status,
    )
    expect(statuses).toEqual([200, 503, 503, 200])
    const begun = await ask({ method: 'POST', path: '/?transaction' })
    server.faults.add({ kind: 'expire' })
    const headers = { 'tabular-txid': String(begun.headers['tabular-txid']) }
    expect(codeOf(await ask({ ...stats, headers }))).toEqual([404, 'NoSuchTransaction'])
  })

  it('leave the database as it was for another address', async () => {
    const { server, ask } = await given()
    const other = await server.addEndpoint()
    const stats = { method: 'GET', path: '/vastdb/s/t?stats' }
    expect((await signedRequest(other.url, server.account, stats)).status).toBe(200)
    await other.close()
    await expect(signedRequest(other.url, server.account, stats)).rejects.toThrow('ECONNREFUSED')
    const again = await server.addEndpoint(other.port)
    expect((await signedRequest(again.url, server.account, stats)).body).toEqual((await ask(stats)).body)
  })
})
