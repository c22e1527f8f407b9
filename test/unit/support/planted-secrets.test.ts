import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { dieWithTests } from '../../support/die-with-tests.ts'
import { temporaryFolder } from '../../support/running-service.ts'
import { noteKeyOf } from '../../support/secrets/kept-output.ts'
import { KEPT_OUTPUT } from '../../support/secrets/leaks.ts'
import { planted, plantedIn } from '../../support/secrets/planted.ts'
import searchOutput from '../../support/secrets/search-output.ts'

const SECRET = planted('token')

describe('a secret in a text', () => {
  const basic = (user: string) => Buffer.from(`${user}:${SECRET}`).toString('base64')
  it.each([
    ['as it is', `{"err":"401 with ${SECRET}"}`],
    ['in a URL', `GET /?access_token=${encodeURIComponent(`${SECRET}=`)}`],
    ['in base64, wherever it begins', `Basic ${basic('a')}`],
    ['in base64, one further', `Basic ${basic('ab')}`],
    ['in base64, two further', `Basic ${basic('abc')}`],
    ['in hexadecimal', Buffer.from(SECRET).toString('hex')],
  ])('is found: %s', (_how, text) => expect(plantedIn(text)).not.toEqual([]))

  it('is not found where there is none', () =>
    expect(plantedIn('{"level":"info","msg":"request","path":"/flows"}')).toEqual([]))
})

describe('the search of what processes said', () => {
  const around = process.env[KEPT_OUTPUT]
  const folder = temporaryFolder()
  const begin = () => searchOutput()
  const exitCode = process.exitCode
  afterEach(() => {
    process.exitCode = exitCode
    if (around === undefined) delete process.env[KEPT_OUTPUT]
    else process.env[KEPT_OUTPUT] = around
    rmSync(folder, { recursive: true, force: true })
  })
  const say = async (text: string, stream: 'stdout' | 'stderr') => {
    const child = spawn(process.execPath, ['-e', `process.${stream}.write(process.argv[1])`, text])
    dieWithTests(child)
    await once(child, 'close')
  }

  it.each(['stdout', 'stderr'] as const)(
    'fails the run where one was written to %s, and says where',
    async (stream) => {
      const end = begin()
      const kept = process.env[KEPT_OUTPUT]!
      await say('nothing to see', 'stdout')
      await say(`token: ${SECRET}`, stream)
      expect(end).toThrow(/planted-secrets\.test\.ts\.\d+\.\d+\.out: "token: pl4ntedS3cret-token/)
      expect(process.exitCode).toBe(1)
      rmSync(kept, { recursive: true })
    },
  )

  it('knows the key, too, that a service made for itself', async () => {
    const end = begin()
    const kept = process.env[KEPT_OUTPUT]!
    const dataDir = temporaryFolder()
    writeFileSync(join(dataDir, 'secret.key'), 'nobody-could-guess-this-one')
    noteKeyOf(dataDir)
    await say(Buffer.from('nobody-could-guess-this-one').toString('base64'), 'stdout')
    expect(end).toThrow('secrets were written')
    for (const each of [kept, dataDir]) rmSync(each, { recursive: true })
  })

  it('has nothing to say where none was', async () => {
    const end = begin()
    await say('{"level":"info"}', 'stdout')
    expect(end()).toBeUndefined()
  })
})
