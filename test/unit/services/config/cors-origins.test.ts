import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../../services/config/config.ts'
import { InvalidConfig } from '../../../../services/config/invalid-config.ts'

const originsOf = (environment: NodeJS.ProcessEnv) => loadConfig(environment).CORS_ORIGINS

describe('CORS_ORIGINS', () => {
  it.each([
    [{}, 'local'],
    [{ CORS_ORIGINS: '*' }, 'any'],
    [{ CORS_ORIGINS: '' }, []],
    [{ CORS_ORIGINS: 'https://a.example' }, ['https://a.example']],
    [{ CORS_ORIGINS: 'https://a.example , http://b:8080,' }, ['https://a.example', 'http://b:8080']],
  ])('%j is %j', (environment, expected) => {
    expect(originsOf(environment)).toEqual(expected)
  })

  it.each([
    'a.example',
    'https://a.example/',
    'https://a.example/app',
    'https://*.example',
    '*,https://a',
    'null',
  ])('stops the start where it is no list of origins: %s', (CORS_ORIGINS) => {
    expect(() => originsOf({ CORS_ORIGINS })).toThrow(InvalidConfig)
    expect(() => originsOf({ CORS_ORIGINS })).toThrow('CORS_ORIGINS: must be')
  })
})
