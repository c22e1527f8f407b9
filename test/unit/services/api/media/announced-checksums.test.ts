import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { announcedChecksums } from '../../../../../services/api/media/announced-checksums.ts'

const sha256 = createHash('sha256').update('media').digest('base64')
const sha512 = createHash('sha512').update('media').digest('base64')
const md5 = createHash('md5').update('media').digest('base64')
const ofSha256 = { algorithm: 'sha256', value: sha256 }
const ofMd5 = { algorithm: 'md5', value: md5 }

describe('an upload announces', () => {
  it.each([
    ['nothing', { 'content-type': 'video/mp2t', 'x-amz-meta-a': 'b' }, []],
    ['Content-MD5', { 'content-md5': md5 }, [ofMd5]],
    ['x-amz-checksum-sha256', { 'x-amz-checksum-sha256': sha256 }, [ofSha256]],
    ['Repr-Digest', { 'repr-digest': `sha-256=:${sha256}:` }, [ofSha256]],
    ['Content-Digest', { 'content-digest': `sha-256=:${sha256}:` }, [ofSha256]],
    ['a digest with parameters', { 'content-digest': `sha-256=:${sha256}:;q=1` }, [ofSha256]],
    ['several digests', { 'repr-digest': `md5=:${md5}:, sha-256=:${sha256}:` }, [ofMd5, ofSha256]],
    ['one known among others', { 'repr-digest': `sha-512=:${sha512}:,sha-256=:${sha256}:` }, [ofSha256]],
    ['several headers', { 'content-md5': md5, 'repr-digest': `sha-256=:${sha256}:` }, [ofMd5, ofSha256]],
  ])('%s', (_what, headers, checksums) => {
    expect(announcedChecksums(headers)).toEqual(checksums)
  })

  it.each([
    ['content-md5', ''],
    ['content-md5', 'not base64!'],
    ['content-md5', sha256],
    ['content-md5', Buffer.from(md5, 'base64').toString('hex')],
    ['content-md5', md5.replace(/=+$/, '')],
    ['x-amz-checksum-sha256', md5],
    ['x-amz-checksum-sha256', Buffer.from(sha256, 'base64').toString('base64url')],
    ['repr-digest', ''],
    ['repr-digest', sha256],
    ['repr-digest', `sha-256=${sha256}`],
    ['repr-digest', `sha-256=:${md5}:`],
    ['repr-digest', `SHA-256=:${sha256}:`],
    ['content-digest', `sha-256=:${sha256}:,`],
  ])('nothing that is malformed: %s: %s', (name, value) => {
    expect(() => announcedChecksums({ [name]: value })).toThrow(
      expect.objectContaining({
        status: 400,
        message: expect.stringContaining(`the header ${name} has to be`),
      }),
    )
  })

  it.each([
    ['x-amz-checksum-crc32', 'AAAAAA=='],
    ['x-amz-checksum-sha1', 'x'],
    ['digest', `sha-256=${sha256}`],
    ['repr-digest', `sha-512=:${sha512}:`],
  ])('nothing that cannot be checked: %s', (name, value) => {
    expect(() => announcedChecksums({ [name]: value })).toThrow(
      expect.objectContaining({ status: 400, message: expect.stringContaining('can be checked here') }),
    )
  })
})
