import type { IncomingMessage, ServerResponse } from 'node:http'

type WithToken = IncomingMessage & { accessToken?: string | undefined }

const NAME = 'access_token'

/**
 * Takes tokens out of a request's URL before anything else sees it: what is logged, linked to, traced or compared
 * has none. A token that came twice is none.
 * @see TAMS url_token_auth; RFC 6750, 2.3
 */
export function takeUrlToken(request: WithToken, response: ServerResponse): void {
  const { url = '/' } = request
  if (!url.includes(`${NAME}=`)) return
  const start = url.indexOf('?')
  if (start === -1) return
  const tokens: string[] = []
  const rest: string[] = []
  for (const part of url.slice(start + 1).split('&')) {
    if (part.startsWith(`${NAME}=`)) tokens.push(part.slice(NAME.length + 1))
    else rest.push(part)
  }
  if (tokens.length === 0) return
  request.url = rest.length === 0 ? url.slice(0, start) : `${url.slice(0, start)}?${rest.join('&')}`
  request.accessToken = tokens.length === 1 ? decoded(tokens[0]!) : ''
  response.setHeader('Cache-Control', 'private')
}

/** The token a request came with in its URL. */
export const urlTokenOf = (request: IncomingMessage): string | undefined => (request as WithToken).accessToken

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
