import { describe, expect, it } from 'vitest'
import { authorizationOf } from '../../../../../services/cli/tams/authorization.ts'

describe('how the command line says who asks', () => {
  const environment = { FRAMELOG_PASSWORD: 'pässword' }

  it.each([
    [{}, undefined],
    [{ token: 't' }, 'Bearer t'],
    [{ user: 'ann' }, 'Basic YW5uOnDDpHNzd29yZA=='],
    [{ token: 't', user: 'ann' }, 'Bearer t'],
  ])('%j: %s', (credentials, header) => {
    expect(authorizationOf(credentials, environment)).toBe(header)
  })

  it('needs a password for a user, who has no colon', () => {
    expect(() => authorizationOf({ user: 'ann' }, {})).toThrow('FRAMELOG_PASSWORD')
    expect(() => authorizationOf({ user: 'a:b' }, environment)).toThrow('colon')
  })
})
