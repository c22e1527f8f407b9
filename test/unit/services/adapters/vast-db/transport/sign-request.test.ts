import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  EMPTY_PAYLOAD,
  payloadHash,
  requestSigner,
} from '../../../../../../services/adapters/vast-db/transport/sign-request.ts'

const sign = requestSigner({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLESECRETKEY0123456789' })
const NEW_YEAR = new Date('2026-01-01T00:00:00.000Z')
const HOST = 'vast.example:9090'

const signatureOf = (authorization: string) => authorization.split('Signature=')[1]

describe('signing a request', () => {
  it('signs one without a body', () => {
    const request = { method: 'POST', path: '/', query: 'transaction', host: HOST, payload: EMPTY_PAYLOAD }

    expect(sign(request, NEW_YEAR)).toEqual({
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101//s3/aws4_request, SignedHeaders=host;x-amz-date, ' +
        'Signature=df32ed7e115941f09343152251c4dfb2c97244048278899e2793726115ecf11e',
      'x-amz-date': '20260101T000000Z',
      'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    })
  })

  it('signs one with a body and a value in its query', async () => {
    const body = Buffer.from('0800000004000400040000000000000000000000', 'hex')
    const query = 'table&tabular-new-table-name=s1%2Ft2'
    const signed = sign(
      { method: 'PUT', path: '/db1/s1/t1', query, host: HOST, payload: await payloadHash(body) },
      NEW_YEAR,
    )

    expect(signed['x-amz-content-sha256']).toBe(
      '405e0d43aa189d1f74d15658d1ba1eb57e810023d5c30c59d34fbffa18d8868c',
    )
    expect(signatureOf(signed.authorization)).toBe(
      '3cf64a30de744dc4ba15b556006b1f572596b06973aca35b3b6f022ee24de8d8',
    )
  })

  it('signs alike after another day, whose key is another', () => {
    const request = { method: 'GET', path: '/db1', query: 'schema', host: HOST, payload: EMPTY_PAYLOAD }
    const first = sign(request, NEW_YEAR)

    expect(sign(request, new Date('2026-01-02T00:00:00Z')).authorization).not.toBe(first.authorization)
    expect(sign(request, NEW_YEAR)).toEqual(first)
  })

  it('names a region, if one is asked for', () => {
    const signInRegion = requestSigner({ accessKeyId: 'a', secretAccessKey: 'b' }, 'vast')
    const request = { method: 'GET', path: '/', query: '', host: HOST, payload: EMPTY_PAYLOAD }

    expect(signInRegion(request, NEW_YEAR).authorization).toContain(
      'Credential=a/20260101/vast/s3/aws4_request,',
    )
  })

  it('hashes bodies of any size alike', async () => {
    for (const size of [0, 1, 65_535, 65_536, 1_000_000]) {
      const body = Buffer.alloc(size, 'framelog')
      expect(await payloadHash(body)).toBe(createHash('sha256').update(body).digest('hex'))
    }
    expect(await payloadHash(undefined)).toBe(EMPTY_PAYLOAD)
  })
})
