import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFilesystemMediaStore } from '../../../../../../services/adapters/media-store/filesystem/filesystem-media-store.ts'

const WRITER = join(import.meta.dirname, '../../../../../../dist/test/support/media-writer.js')
const OBJECT_PATH = /^(\d{4}\/\d\d\/\d\d)\/[0-9a-f]{2}\/([0-9a-f]{32})\/metadata\.json$/

describe('a writer killed in the middle of its work', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'framelog-media-'))
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))

  it.each([1, 20, 100])(
    'leaves whole objects only, and all it confirmed: killed after %i',
    async (confirmations) => {
      const { wrote, removing, removed } = await runAndKill(directory, confirmations)
      const store = await openFilesystemMediaStore({
        directory,
        publicBaseUrl: () => '',
        storageId: 'one',
        signingKey: Buffer.alloc(32),
        urlLifetimeSeconds: 60,
        maxObjectBytes: 1024 ** 3,
      })
      const visible = await visibleKeys(directory)
      for (const key of visible) {
        const { media, body } = (await store.read(key))!
        const sha256 = createHash('sha256')
          .update(await buffer(body))
          .digest('base64')
        expect(media.contentType).toBe(`media/${sha256}`)
      }
      expect([...wrote].filter((key) => !removing.has(key) && !visible.has(key))).toEqual([])
      expect([...removed].filter((key) => visible.has(key))).toEqual([])
      expect(wrote.size).toBeGreaterThanOrEqual(confirmations)
    },
  )
})

/** Kills, so that nothing can be tidied up, once `confirmations` objects are confirmed. */
async function runAndKill(directory: string, confirmations: number) {
  const said = { wrote: new Set<string>(), removing: new Set<string>(), removed: new Set<string>() }
  const writer = spawn(process.execPath, [WRITER, directory], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(writer, 'exit')
  for await (const line of createInterface(writer.stdout)) {
    const [verb = '', key = ''] = line.split(' ')
    said[verb as keyof typeof said].add(key)
    if (said.wrote.size === confirmations) writer.kill('SIGKILL')
  }
  await exited
  return said
}

/** Whatever has metadata where readers look for it. */
async function visibleKeys(directory: string): Promise<ReadonlySet<string>> {
  const paths = await readdir(directory, { recursive: true })
  return new Set(
    paths.flatMap((path) => {
      const [, day, random] = OBJECT_PATH.exec(path) ?? []
      return day === undefined ? [] : [`${day}/${random}`]
    }),
  )
}
