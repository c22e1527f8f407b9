import type { Session } from '../session.ts'
import type { Call, Reply } from '../transport/transport.ts'
import { VastDbError } from '../vast-db-error.ts'

export type Listing = {
  readonly path: string
  readonly command: 'schema' | 'table' | 'column'
  readonly pageSize: number
  readonly headers?: Readonly<Record<string, string>>
  /** Only names that begin so. */
  readonly prefix?: string
  readonly signal?: AbortSignal | undefined
}

/** Every page of a list; where it goes on is the server's own word. */
export async function* listPages(session: Session, listing: Listing): AsyncGenerator<Reply> {
  let nextKey = '0'
  for (;;) {
    const reply = await session.send({
      ...listCall(listing),
      headers: {
        ...listHeaders(listing),
        'tabular-next-key': nextKey,
        'tabular-name-prefix': listing.prefix ?? '',
      },
    })
    yield reply
    const following = nextKeyOf(reply)
    if (following === undefined) return
    if (following === nextKey) throw new VastDbError('protocol', 'a list does not go on')
    nextKey = following
  }
}

/** The one of that name: an empty list, if there is none. */
export const listExactly = (session: Session, listing: Listing, name: string): Promise<Reply> =>
  session.send({
    ...listCall(listing),
    headers: { ...listHeaders(listing), 'tabular-next-key': '0', 'tabular-name-exact-match': name },
  })

const listCall = ({ path, command, signal }: Listing): Call => ({
  method: 'GET',
  path,
  query: command,
  signal,
})

const listHeaders = ({ pageSize, headers }: Listing) => ({
  'tabular-max-keys': String(pageSize),
  'tabular-list-count-only': 'False',
  ...headers,
})

function nextKeyOf({ headers }: Reply): string | undefined {
  const truncated = headers['tabular-is-truncated']
  const nextKey = headers['tabular-next-key']
  if (typeof truncated !== 'string' || typeof nextKey !== 'string' || !/^-?\d{1,20}$/.test(nextKey))
    throw new VastDbError('protocol', 'a list does not say whether it goes on')
  return truncated.toLowerCase() === 'true' ? nextKey : undefined
}
