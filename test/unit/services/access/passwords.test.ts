import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { beforeAll, describe, expect, it } from 'vitest'
import { fewAtOnce } from '../../../../services/access/few-at-once.ts'
import { passwordAuthenticator } from '../../../../services/access/password-authenticator.ts'
import { hashPassword, isPassword, parsePasswordHash } from '../../../../services/access/password-hash.ts'
import { readUsers, type Users } from '../../../../services/access/users-file.ts'
import { watchFiles } from '../../../../services/access/watch-files.ts'
import { withFolder } from '../../../support/running-service.ts'

const SECRET = 'pass: wörd'
const logger = pino({ level: 'silent' })
let hash: string
let users: Users

beforeAll(async () => {
  hash = await hashPassword(SECRET)
  const principal = { name: 'ann', scopes: new Set(['tams-api/read'] as const), groups: ['news'] }
  users = new Map([['ann', { principal, password: parsePasswordHash(hash)! }]])
})

const basic = (name: string, password: string) => Buffer.from(`${name}:${password}`).toString('base64')

describe('what a password is kept as', () => {
  it('differs each time, and tells whether it is that password', async () => {
    expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$/)
    expect(await hashPassword(SECRET)).not.toBe(hash)
    expect(await isPassword(SECRET, parsePasswordHash(hash)!)).toBe(true)
    expect(await isPassword('another', parsePasswordHash(hash)!)).toBe(false)
  })

  it.each([
    ['', 'nothing'],
    [SECRET, 'a password'],
    ['$2b$12$abcdefghijklmnopqrstuv', 'of another kind'],
    ['$scrypt$ln=30,r=8,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA', 'too costly'],
    ['$scrypt$ln=15,r=8,p=3$c2Fs$aGFzaA', 'too short'],
  ])('is not %j: %s', (text) => {
    expect(parsePasswordHash(text)).toBeUndefined()
  })
})

describe('a user', () => {
  it('is known by the password, which is looked at once', async () => {
    const authenticator = passwordAuthenticator(users)
    const credentials = basic('ann', SECRET)
    expect(authenticator.known(credentials)).toBeUndefined()
    const together = await Promise.all([1, 2, 3].map(() => authenticator.verify(credentials)))
    expect(together.map(({ name }) => name)).toEqual(['ann', 'ann', 'ann'])
    expect(authenticator.known(credentials)).toEqual(together[0])
    expect(authenticator.known(basic('ann', 'another'))).toBeUndefined()
  })

  it.each([
    ['with another password', basic('ann', 'another')],
    ['whom nobody knows', basic('bob', SECRET)],
    ['without a name', basic('', SECRET)],
    ['without a colon', Buffer.from('ann').toString('base64')],
    ['in no base64', '£££'],
    ['too long', basic('ann', 'x'.repeat(10_000))],
  ])('%s is nobody, and told no more', async (_what, credentials) => {
    const authenticator = passwordAuthenticator(users)
    const refusal = { name: 'NotProved', reason: 'invalid_password' }
    await expect(authenticator.verify(credentials)).rejects.toMatchObject(refusal)
    expect(authenticator.known(credentials)).toBeUndefined()
  })

  it('is forgotten when the file is read again', async () => {
    const authenticator = passwordAuthenticator(users)
    const credentials = basic('ann', SECRET)
    await authenticator.verify(credentials)
    const { principal } = users.get('ann')!
    authenticator.replace(new Map([['eve', { principal, password: users.get('ann')!.password }]]))
    expect(authenticator.known(credentials)).toBeUndefined()
    await expect(authenticator.verify(credentials)).rejects.toMatchObject({ name: 'NotProved' })
  })
})

describe('work that is done by few at once', () => {
  it('waits for its turn, and is refused where too much waits', async () => {
    const inTurn = fewAtOnce(2, 1)
    const ends: (() => void)[] = []
    const work = () => inTurn(() => new Promise<void>((resolve) => ends.push(resolve)))
    const begun = [work(), work(), work()]
    await expect(work()).rejects.toMatchObject({ name: 'CannotProve' })
    expect(ends).toHaveLength(2)
    ends[0]?.()
    await begun[0]
    await expect.poll(() => ends.length).toBe(3)
    for (const end of ends) end()
    await Promise.all(begun)
    const after = work()
    await expect.poll(() => ends.length).toBe(4)
    ends[3]?.()
    await after
  })
})

describe('the file of users', () => {
  const entry = (changes: object = {}) => ({
    name: 'ann',
    password: hash,
    scopes: ['tams-api/read'],
    ...changes,
  })
  const read = (content: unknown) =>
    withFolder(async (folder) => {
      const path = join(folder, 'users.yaml')
      writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
      return readUsers(path)
    })

  it('has names, hashes, scopes and groups', async () => {
    const found = await read([entry({ groups: ['news'] }), entry({ name: 'bob' })])
    expect([...found.values()].map(({ principal }) => principal)).toEqual([
      { name: 'ann', scopes: new Set(['tams-api/read']), groups: ['news'] },
      { name: 'bob', scopes: new Set(['tams-api/read']), groups: [] },
    ])
  })

  it.each<[string, () => unknown, string]>([
    ['an empty list', () => [], 'the list'],
    ['no YAML', () => '{[', 'is no YAML'],
    ['a name twice', () => [entry(), entry()], 'has ann twice'],
    ['a name with a colon', () => [entry({ name: 'a:b' })], 'user 1, name: must not have a colon in it'],
    ['a password as it is', () => [entry({ password: SECRET })], 'user 1, password: must be what'],
    ['a scope nobody knows', () => [entry(), entry({ scopes: ['read'] })], 'user 2, scopes.0'],
    ['a field nobody knows', () => [entry({ admin: true })], 'user 1'],
  ])('is refused with %s', async (_what, content, message) => {
    const refusal = await read(content()).catch((error: Error) => error)
    expect(refusal).toMatchObject({ name: 'InvalidConfig', message: expect.stringContaining(message) })
    expect((refusal as Error).message).toContain('AUTH_USERS_FILE')
    expect((refusal as Error).message).not.toContain(SECRET)
  })

  it('is read again when it changes; one that cannot be used changes nothing', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'users.yaml')
      writeFileSync(path, JSON.stringify([entry()]))
      let names: string[] = []
      const take = () => {
        names = [...readUsers(path).keys()]
      }
      const stop = watchFiles([path], logger, take, 5)
      writeFileSync(path, JSON.stringify([entry({ name: 'bob' })]))
      await expect.poll(() => names).toEqual(['bob'])
      writeFileSync(path, 'nothing')
      writeFileSync(path, JSON.stringify([entry({ name: 'cleo' }), entry({ name: 'dan' })]))
      await expect.poll(() => names).toEqual(['cleo', 'dan'])
      stop()
    }))
})
