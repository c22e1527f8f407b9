import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openSqliteEventLog } from '../../../../../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { LogUnavailable } from '../../../../../../services/ports/event-log.ts'
import { aContext, anEvent, aStream } from '../../../../../support/event-log/events.ts'

const folder = mkdtempSync(join(tmpdir(), 'small-disk-'))
const mounted = mountSmallDisk()
afterAll(() => {
  // Lazily: SQLite keeps a closed file open until its statements are collected.
  if (mounted) execFileSync('umount', ['--lazy', folder])
  rmSync(folder, { recursive: true })
})

/** Four megabytes; only the superuser may. */
function mountSmallDisk(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const fill = (name: string): void => {
  const { bavail, bsize } = statfsSync(folder)
  writeFileSync(join(folder, name), Buffer.alloc(bavail * bsize))
}

it.skipIf(!mounted)(
  'a full disk refuses appends, hurts nothing, and takes them again once there is room',
  async () => {
    const log = openSqliteEventLog({ path: join(folder, 'events.db') })
    const append = (size: number) =>
      log.append(aContext(), [
        { stream: aStream(), expectedRevision: 'none', events: [anEvent('a'), anEvent('x'.repeat(size))] },
      ])
    await append(10)
    fill('filler')

    for (let round = 0; round < 3; round++) {
      for (const refused of [append(100_000), append(200_000)])
        await expect(refused).rejects.toThrow(LogUnavailable)
    }
    expect(await log.readAll(0, 100)).toHaveLength(2)
    rmSync(join(folder, 'filler'))
    expect(await append(100_000)).toMatchObject({ ok: true, position: 4 })

    // To the brim, then, by appending: what was acknowledged stays, what was refused is not there.
    let position = 4
    let refusals = 0
    while (refusals < 5) {
      const answer = await append(50_000).catch((error: unknown) => error)
      if (answer instanceof LogUnavailable) refusals++
      else position += 2
    }
    const events = await log.readAll(0, 10_000)
    expect(events.map((event) => event.position)).toEqual(Array.from({ length: position }, (_, n) => n + 1))
    await log.close()
  },
)
