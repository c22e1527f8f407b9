import { type IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { takeUrlToken, urlTokenOf } from '../../../../../services/api/http/url-token.ts'

function take(url: string) {
  const request = { url, method: 'GET' } as IncomingMessage
  const response = new ServerResponse(request)
  takeUrlToken(request, response)
  return [request.url, urlTokenOf(request), response.getHeader('cache-control')]
}

describe('a token in a URL', () => {
  it.each([
    ['/flows?access_token=a.b-c_d', '/flows', 'a.b-c_d'],
    ['/flows?access_token=a&limit=1', '/flows?limit=1', 'a'],
    ['/flows?limit=1&access_token=a&page=x%26y', '/flows?limit=1&page=x%26y', 'a'],
    ['/flows?access_token=a%2Bb%3D', '/flows', 'a+b='],
    ['/flows?access_token=', '/flows', ''],
    ['/flows?access_token=a&access_token=b', '/flows', ''],
    ['/flows?access_token=%E0%A4%A', '/flows', ''],
  ])('is taken out of %s', (url, rest, token) => {
    expect(take(url)).toEqual([rest, token, 'private'])
  })

  it.each(['/', '/flows?limit=1', '/access_token=a', '/flows?tag.access_token=a', '*'])(
    'is not in %s',
    (url) => {
      expect(take(url)).toEqual([url, undefined, undefined])
    },
  )
})
