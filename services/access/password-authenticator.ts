import { createHmac, randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { fewAtOnce } from './few-at-once.ts'
import { NotProved } from './not-proved.ts'
import { impossibleHash, isPassword } from './password-hash.ts'
import type { Principal } from './principal.ts'
import type { Users } from './users-file.ts'

export type PasswordAuthenticator = {
  /** @param credentials what follows `Basic` */
  known(credentials: string): Principal | undefined
  /** @throws NotProved, or CannotProve */
  verify(credentials: string): Promise<Principal>
  /** From now on, these and no others. */
  replace(users: Users): void
}

const MAX_KEPT = 10_000
/** Each keeps a core and 32 MiB, on one of the threads that read and write media as well. */
const AT_ONCE = 2
const WAITING = 64
const MAX_CHARACTERS = 2_048

/**
 * Looks at each password once: that takes a quarter of a second, and is meant to. What is kept of those that were
 * right is a hash under a key that this process alone has, and forgets.
 */
export function passwordAuthenticator(first: Users): PasswordAuthenticator {
  const key = randomBytes(32)
  const proved = new LRUCache<string, Principal>({ max: MAX_KEPT })
  const underWay = new Map<string, Promise<Principal>>()
  const inTurn = fewAtOnce(AT_ONCE, WAITING)
  let users = first
  let nobody = impossibleHash(anyOf(first))

  const nameOf = (credentials: string): string =>
    createHmac('sha256', key).update(credentials).digest('base64')

  const look = async (credentials: string, name: string): Promise<Principal> => {
    const asked = users
    const [username, password] = parsed(credentials)
    const user = asked.get(username)
    // Of who is not known as well: the time it takes tells nothing.
    const isRight = await inTurn(() => isPassword(password, user?.password ?? nobody))
    if (!user || !isRight) throw new NotProved('invalid_password', 'the user name or the password is wrong')
    if (users === asked) proved.set(name, user.principal)
    return user.principal
  }

  return {
    known: (credentials) => proved.get(nameOf(credentials)),
    verify: (credentials) => {
      const name = nameOf(credentials)
      const started = underWay.get(name)
      if (started) return started
      const looking = look(credentials, name).finally(() => underWay.delete(name))
      underWay.set(name, looking)
      return looking
    },
    replace: (next) => {
      users = next
      nobody = impossibleHash(anyOf(next))
      proved.clear()
    },
  }
}

const anyOf = (users: Users) => [...users.values()][0]!.password

/** @see RFC 7617: the password may have colons in it */
function parsed(credentials: string): readonly [string, string] {
  const text = credentials.length > MAX_CHARACTERS ? '' : Buffer.from(credentials, 'base64').toString()
  const colon = text.indexOf(':')
  if (colon === -1)
    throw new NotProved('invalid_password', 'the user name and password are no Basic credentials')
  return [text.slice(0, colon), text.slice(colon + 1)]
}
