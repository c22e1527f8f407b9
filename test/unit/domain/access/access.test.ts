import { describe, expect, it } from 'vitest'
import type { Tags } from '../../../../contracts/resources/tags.ts'
import {
  type Access,
  type Permission,
  refuseAccess,
  refuseNew,
  refuseReclassing,
} from '../../../../domain/access/access.ts'

const CARRIED: Readonly<Record<string, readonly Permission[]>> = {
  news: ['read', 'write', 'delete'],
  sport: ['read', 'write', 'delete'],
  sport_ro: ['read'],
  bin: ['delete'],
}

const accessWith = (
  may: Readonly<Record<string, readonly Permission[]>>,
  scopes: readonly Permission[] = ['read', 'write', 'delete'],
): Access => {
  const classesFor = (permission: Permission) =>
    new Set(Object.keys(may).filter((name) => may[name]!.includes(permission)))
  return {
    read: classesFor('read'),
    write: classesFor('write'),
    delete: classesFor('delete'),
    known: new Set(Object.keys(may)),
    scopes: new Set(scopes),
    carriedBy: (name) => CARRIED[name] ?? ['read', 'write', 'delete'],
    groups: [],
  }
}

const of = (...classes: readonly string[]): { tags: Tags } => ({ tags: { auth_classes: [...classes] } })
const EVERYTHING = accessWith({ news: ['read', 'write', 'delete'] })
const EDITOR = accessWith({ news: ['read', 'write'] })
const beyond = (auth_class: string, permission: Permission) => ({
  reason: 'auth_classes_beyond_permission',
  auth_class,
  permission,
})

describe('doing something with a resource', () => {
  const missing = (permission: Permission) => ({ reason: 'permission_missing', permission })

  it.each([
    ['a class that lets it', of('sport', 'news'), 'write', undefined],
    ['a class that lets it, as a text', { tags: { auth_classes: 'news' } }, 'read', undefined],
    ['a class that lets it do something else', of('news'), 'delete', missing('delete')],
    ['classes of others', of('sport'), 'read', 'hidden'],
    [
      'classes of others, and its own in one text',
      { tags: { auth_classes: 'sport,news' } },
      'read',
      'hidden',
    ],
    ['no tags', {}, 'read', 'hidden'],
    ['other tags', { tags: { genre: 'news' } }, 'read', 'hidden'],
  ] as const)('takes a class for it: %s', (_, resource, permission, refused) => {
    expect(refuseAccess(EDITOR, resource as { tags?: Tags }, permission, 'hidden')).toEqual(refused)
  })

  it('is anyone’s who may do everything', () => {
    expect(refuseAccess(undefined, {}, 'delete', 'hidden')).toBeUndefined()
    expect(refuseNew(undefined, {})).toBeUndefined()
    expect(refuseReclassing(undefined, of('news'), {})).toBeUndefined()
  })
})

describe('making something', () => {
  const INGEST = accessWith({ news: ['write'] })
  const unclaimed = { reason: 'auth_classes_unclaimed' }

  it.each([
    ['of a class it may write', INGEST, of('news'), undefined],
    ['of none', INGEST, {}, unclaimed],
    ['of another', INGEST, of('sport'), unclaimed],
    ['of one it may only read', accessWith({ news: ['read'] }), of('news'), unclaimed],
    ['shared for reading, by who reads', EDITOR, of('news', 'sport_ro'), undefined],
    ['shared for reading, by who does not', INGEST, of('news', 'sport_ro'), beyond('sport_ro', 'read')],
    ['shared wholly, by who may not delete', EDITOR, of('news', 'sport'), beyond('sport', 'delete')],
    ['shared wholly, by who may do everything with it', EVERYTHING, of('news', 'sport'), undefined],
    ['of a class that nobody has yet', EDITOR, of('news', 'new'), beyond('new', 'delete')],
  ] as const)('%s', (_, access, resource, refused) => {
    expect(refuseNew(access, resource as { tags?: Tags })).toEqual(refused)
  })
})

describe('changing classes', () => {
  it.each([
    ['in another order', of('news', 'sport'), of('sport', 'news')],
    ['as a text', of('news'), { tags: { auth_classes: 'news' } }],
    ['twice', of('news'), of('news', 'news')],
    ['beside other tags', of('news'), { tags: { auth_classes: ['news'], genre: 'x' } }],
  ])('to the same is nothing: %s', (_, before, after) => {
    expect(refuseReclassing(EDITOR, before, after as { tags: Tags })).toBeUndefined()
  })

  it.each([
    ['adding what lets others read', EDITOR, of('news'), of('news', 'sport_ro'), undefined],
    ['adding what lets others delete', EDITOR, of('news'), of('news', 'bin'), beyond('bin', 'delete')],
    ['removing what lets others delete', EDITOR, of('news', 'bin'), of('news'), beyond('bin', 'delete')],
    ['removing its own, by who may not delete', EDITOR, of('news'), {}, beyond('news', 'delete')],
    ['removing its own, by who may do everything', EVERYTHING, of('news'), {}, undefined],
    [
      'with a token that may not delete',
      accessWith({ news: ['read', 'write', 'delete'] }, ['read', 'write']),
      of('news'),
      of('news', 'sport'),
      beyond('sport', 'delete'),
    ],
    // What it would have afterwards is of no account.
    [
      'by way of the class that is added',
      accessWith({ news: ['write'], bin: ['delete'] }),
      of('news'),
      of('news', 'bin'),
      beyond('bin', 'delete'),
    ],
  ] as const)('takes what is given or taken: %s', (_, access, before, after, refused) => {
    expect(refuseReclassing(access, before, after as { tags?: Tags })).toEqual(refused)
  })
})
