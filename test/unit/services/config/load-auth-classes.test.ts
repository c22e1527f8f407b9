import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { authClasses } from '../../../../services/access/auth-classes.ts'
import { ANYONE, type Scope } from '../../../../services/access/principal.ts'
import { loadAuthClasses } from '../../../../services/config/load-auth-classes.ts'
import { withFolder } from '../../../support/running-service.ts'

const load = (text: string) =>
  withFolder(async (folder) => {
    const path = join(folder, 'classes.yaml')
    writeFileSync(path, text)
    return loadAuthClasses({ AUTH_CLASSES_FILE: path })
  })

describe('the file of classes', () => {
  it('says of each group what it may do with which classes', async () => {
    const yaml = 'news: { news: rwd, sport_ro: r }\ningest:\n  news: w\nnobody: {}\n'
    const expected = {
      news: { news: ['read', 'write', 'delete'], sport_ro: ['read'] },
      ingest: { news: ['write'] },
      nobody: {},
    }
    expect(await load(yaml)).toEqual(expected)
    expect(await load('{"news": {"news": "rd"}}')).toEqual({ news: { news: ['read', 'delete'] } })
  })

  it('is not asked for', () => {
    expect(loadAuthClasses({})).toBeUndefined()
  })

  it.each([
    ['no permission', 'news: { news: "" }', 'news, news: must be some of r, w and d'],
    ['an unknown permission', 'news: { news: rx }', 'news, news: must be some of r, w and d'],
    ['permissions in another order', 'news: { news: dr }', 'news, news: must be some of r, w and d'],
    ['a comma in a class', 'news: { "a,b": r }', 'must be a name without commas'],
    ['a list', '[news]', 'the file: '],
    ['nothing', '', 'the file: '],
    ['no YAML', 'news: {', 'cannot be read'],
  ])('stops the start with %s', async (_, text, said) => {
    await expect(load(text)).rejects.toThrow(said)
  })

  it('stops the start where it is not there', () => {
    expect(() => loadAuthClasses({ AUTH_CLASSES_FILE: '/nowhere/classes.yaml' })).toThrow(
      'AUTH_CLASSES_FILE: /nowhere/classes.yaml cannot be read',
    )
  })
})

describe('what groups may do', () => {
  const classes = authClasses({
    news: { news: ['read', 'write'], shared: ['read'] },
    sport: { sport: ['read', 'delete'], shared: ['write'] },
  })
  const as = (groups: readonly string[], ...scopes: Scope[]) =>
    classes.accessOf({ name: null, scopes: new Set(scopes), groups })

  it('adds up', () => {
    expect(as(['sport', 'news', 'unknown', 'toString'], 'tams-api/read')).toMatchObject({
      read: new Set(['news', 'shared', 'sport']),
      write: new Set(['news', 'shared']),
      delete: new Set(['sport']),
      known: new Set(['news', 'shared', 'sport']),
      scopes: new Set(['read']),
      groups: ['news', 'sport'],
    })
    expect(as([])).toMatchObject({ known: new Set(), scopes: new Set() })
  })

  it('is of no account to administrators, and where nobody says who they are', () => {
    expect(as(['news'], 'tams-api/admin')).toBeUndefined()
    expect(classes.accessOf(ANYONE)).toBeUndefined()
  })

  it('is what a class carries, for anyone', () => {
    const carriedBy = (name: string) => as([])?.carriedBy(name)
    expect(carriedBy('shared')).toEqual(['read', 'write'])
    expect(carriedBy('unheard_of')).toEqual(['read', 'write', 'delete'])
    expect(carriedBy('constructor')).toEqual(['read', 'write', 'delete'])
  })
})
