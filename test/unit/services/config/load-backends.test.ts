import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { InvalidConfig } from '../../../../services/config/invalid-config.ts'
import { loadBackends } from '../../../../services/config/load-backends.ts'
import { temporaryFolder } from '../../../support/running-service.ts'

const ONE = '11111111-1111-4111-8111-111111111111'
const TWO = '22222222-2222-4222-8222-222222222222'
const SECRET = 'wJalrXUtnFEMI'

/** What the person who starts the service reads. */
function refusalOf(load: () => unknown): string {
  try {
    load()
  } catch (error) {
    if (error instanceof InvalidConfig) return error.message
    throw error
  }
  throw new Error('it was not refused')
}

describe('storage backends', () => {
  let folder: string
  beforeAll(() => {
    folder = temporaryFolder()
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const fromFile = (text: string, environment: NodeJS.ProcessEnv = {}) => {
    const path = join(folder, 'backends.yaml')
    writeFileSync(path, text)
    return loadBackends({ STORAGE_BACKENDS: path, ...environment }, '/data')
  }

  describe('without a word', () => {
    it('are a folder in the data directory, under an id that stays', () => {
      expect(loadBackends({}, '/data')).toEqual([
        {
          type: 'filesystem',
          id: '14b16f70-fb9f-590d-ad64-8be9ddc28123',
          label: 'local',
          directory: '/data/media',
          default: true,
        },
      ])
    })
  })

  describe('by S3_BUCKET_NAME', () => {
    const load = (environment: NodeJS.ProcessEnv) =>
      loadBackends({ S3_BUCKET_NAME: 'media', ...environment }, '/data')

    it('are that bucket of AWS, with the credentials AWS’s tools would find', () => {
      expect(load({})).toEqual([
        {
          type: 's3',
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          label: 's3',
          bucket: 'media',
          region: 'us-east-1',
          default: true,
        },
      ])
    })

    it('are that bucket of another store', () => {
      const environment = {
        S3_ENDPOINT_URL: 'http://10.0.0.1:9000',
        S3_PUBLIC_ENDPOINT_URL: 'https://media.example.org',
        S3_REGION: 'garage',
        S3_ACCESS_KEY_ID: 'key',
        S3_SECRET_ACCESS_KEY: SECRET,
        S3_PATH_STYLE: 'false',
        S3_ETAG_IS_MD5: 'true',
      }
      expect(load(environment)).toMatchObject([
        {
          endpoint: 'http://10.0.0.1:9000',
          public_endpoint: 'https://media.example.org',
          region: 'garage',
          path_style: false,
          etag_is_md5: true,
          credentials: { accessKeyId: 'key', secretAccessKey: SECRET },
        },
      ])
    })

    it.each([
      ['10.0.0.1:9000', undefined, 'https://10.0.0.1:9000'],
      ['store.example.org', 'true', 'https://store.example.org'],
      ['store.example.org', 'false', 'http://store.example.org'],
      ['http://store.example.org', 'false', 'http://store.example.org'],
    ])('take the endpoint %s with S3_USE_SSL=%s as %s', (S3_ENDPOINT_URL, S3_USE_SSL, endpoint) => {
      expect(load({ S3_ENDPOINT_URL, S3_USE_SSL })).toMatchObject([{ endpoint }])
    })

    it('keep their id when the bucket is reached another way, and no other bucket has it', () => {
      const [here] = load({
        S3_ENDPOINT_URL: 'http://10.0.0.1',
        S3_ACCESS_KEY_ID: 'a',
        S3_SECRET_ACCESS_KEY: 'b',
      })
      expect(load({ S3_REGION: 'eu-west-2' })[0]?.id).toBe(here?.id)
      expect(load({ S3_BUCKET_NAME: 'other' })[0]?.id).not.toBe(here?.id)
    })

    it.each([
      ['S3_BUCKET_NAME', { S3_BUCKET_NAME: 'a/b' }],
      ['S3_ENDPOINT_URL', { S3_ENDPOINT_URL: 'ftp://store' }],
      ['S3_ENDPOINT_URL', { S3_ENDPOINT_URL: 'http://key:secret@store' }],
      ['S3_USE_SSL', { S3_ENDPOINT_URL: 'http://store', S3_USE_SSL: 'true' }],
      ['S3_USE_SSL', { S3_USE_SSL: 'false' }],
      ['S3_USE_SSL', { S3_USE_SSL: 'maybe' }],
      ['S3_PATH_STYLE', { S3_PATH_STYLE: 'maybe' }],
      ['S3_ETAG_IS_MD5', { S3_ETAG_IS_MD5: 'maybe' }],
      ['S3_SECRET_ACCESS_KEY', { S3_ACCESS_KEY_ID: 'key' }],
      ['S3_SECRET_ACCESS_KEY', { S3_SECRET_ACCESS_KEY: SECRET }],
      ['S3_REGION', { S3_REGION: 'eu west' }],
    ])('are refused by the name of %s: %j', (name, environment) => {
      const refusal = refusalOf(() => load(environment))
      expect(refusal).toContain(`these environment variables are wrong:\n  ${name}: `)
      expect(refusal).not.toContain(SECRET)
    })
  })

  describe('by a file', () => {
    const directory = { type: 'filesystem', id: ONE, directory: 'media' }
    const bucket = { type: 's3', id: TWO, bucket: 'media', default: true }

    it('are all that it lists, in YAML or JSON, with folders relative to it', () => {
      const described = {
        label: 'tape',
        provider: 'us',
        product: 'robot',
        region: 'attic',
        availability_zone: 'left',
        tags: { tier: ['cold', 'cheap'] },
      }
      const list = [{ ...directory, ...described }, bucket]
      const loaded = [
        { ...directory, ...described, directory: join(folder, 'media'), default: false },
        { ...bucket, region: 'us-east-1' },
      ]
      expect(fromFile(stringify(list))).toEqual(loaded)
      expect(fromFile(JSON.stringify(list))).toEqual(loaded)
    })

    it('are those of the documentation’s example', () => {
      const page = readFileSync(join(import.meta.dirname, '../../../../docs/storage.md'), 'utf8')
      const example = page.match(/```yaml\n(.*?)```/s)?.[1] ?? ''
      const loaded = fromFile(example, { ARCHIVE_KEY: 'k', ARCHIVE_SECRET: SECRET })
      expect(loaded).toMatchObject([
        { label: 'fast' },
        { label: 'archive', credentials: { accessKeyId: 'k' } },
      ])
      expect(page).toContain(loadBackends({}, '/data')[0]?.id)
    })

    it('are the default without saying so, where there is one only', () => {
      expect(fromFile(stringify([directory]))).toMatchObject([{ id: ONE, default: true }])
      expect(fromFile(stringify([{ ...bucket, default: false }]))).toMatchObject([{ id: TWO, default: true }])
    })

    it('have credentials from the variables they name', () => {
      const named = { access_key_id_env: 'KEY', secret_access_key_env: 'SECRET', session_token_env: 'TOKEN' }
      const [loaded] = fromFile(stringify([{ ...bucket, ...named }]), { KEY: 'k', SECRET, TOKEN: 't' })
      expect(loaded).toEqual({
        ...bucket,
        region: 'us-east-1',
        credentials: { accessKeyId: 'k', secretAccessKey: SECRET, sessionToken: 't' },
      })
    })

    it.each([
      ['backend 1, type', [{ ...directory, type: 'ftp' }]],
      ['backend 1, id', [{ ...directory, id: 'one' }]],
      ['backend 1, id', [{ type: 'filesystem', directory: 'media' }]],
      ['backend 1, directory', [{ type: 'filesystem', id: ONE }]],
      ['backend 2, bucket', [directory, { ...bucket, bucket: '' }]],
      ['backend 2, endpoint', [directory, { ...bucket, endpoint: 'store:9000' }]],
      ['backend 2, secret_access_key_env', [directory, { ...bucket, access_key_id_env: 'KEY' }]],
      ['backend 1, session_token_env', [{ ...bucket, session_token_env: 'KEY' }]],
      ['backend 1, tags.x', [{ ...directory, tags: { x: 1 } }]],
      ['backend 1: Unrecognized key: "secret_access_key"', [{ ...bucket, secret_access_key: SECRET }]],
      ['the list: must have a storage backend', []],
      ['the list: must have no id twice', [directory, { ...bucket, id: ONE }]],
      ['the list: must have exactly one backend with default', [directory, { ...bucket, default: false }]],
      ['the list: must have exactly one backend with default', [{ ...directory, default: true }, bucket]],
      ['the list', { storage: [directory] }],
    ])('are refused by the name of the field: %s', (name, content) => {
      const refusal = refusalOf(() => fromFile(JSON.stringify(content)))
      expect(refusal).toMatch(/^STORAGE_BACKENDS: /)
      expect(refusal).toContain(`\n  ${name}`)
      expect(refusal).not.toContain(SECRET)
    })

    it('are refused where a variable they name is not set', () => {
      const named = { ...bucket, access_key_id_env: 'KEY', secret_access_key_env: 'SECRET' }
      const load = () => fromFile(stringify([directory, named]), { KEY: 'k' })
      expect(load).toThrow('backend 2, secret_access_key_env: the environment variable SECRET is not set')
    })

    it('are refused where it is not there, or is neither YAML nor JSON', () => {
      expect(() => loadBackends({ STORAGE_BACKENDS: '/no/such/file' }, '/data')).toThrow(
        '/no/such/file cannot be read',
      )
      expect(() => fromFile('- {')).toThrow('cannot be read')
    })
  })
})
