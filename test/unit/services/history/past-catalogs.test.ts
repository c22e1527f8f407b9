import { describe, expect, it } from 'vitest'
import type { RecordedEvent } from '../../../../contracts/events/recorded-event.ts'
import type { PastCatalog } from '../../../../services/history/past-catalog.ts'
import { pastCatalogs } from '../../../../services/history/past-catalogs.ts'

const made = (position: number, id: string): RecordedEvent => ({
  position,
  stream: `source-${id}`,
  revision: 0,
  id: `event ${position}`,
  timeMs: 1_000 * position,
  actor: 'anyone',
  correlationId: 'request',
  causationId: 'request',
  type: 'SourceCreated',
  data: { source: { id, format: 'urn:x-nmos:format:video', tags: { id } } },
})

async function* pages(...events: readonly RecordedEvent[]) {
  yield events
}

describe('a catalog lent for an answer', () => {
  it('has nothing of what the one before put into it, and takes the same as a new one', async () => {
    const catalogs = pastCatalogs()
    const lent = new Set<PastCatalog>()
    const told = (ids: readonly string[]) =>
      catalogs.use(async (then) => {
        lent.add(then)
        for (const [at, id] of ids.entries()) await then.take(pages(made(at + 1, id)))
        return ['camera', 'studio'].map((id) => then.reader.source(id))
      })
    const once = await told(['camera', 'studio'])
    expect(once).toMatchObject([{ id: 'camera', created_ms: 1_000 }, { id: 'studio' }])
    expect(await told(['studio'])).toMatchObject([undefined, { id: 'studio', created_ms: 1_000 }])
    expect(await told(['camera', 'studio'])).toStrictEqual(once)
    expect(await told([])).toStrictEqual([undefined, undefined])
    expect(lent.size).toBe(1)
  })

  it('is empty again where the answer failed', async () => {
    const catalogs = pastCatalogs()
    const refused = catalogs.use(async (then) => {
      await then.take(pages(made(1, 'camera')))
      throw new Error('no such thing')
    })
    await expect(refused).rejects.toThrow('no such thing')
    expect(await catalogs.use(async ({ reader }) => reader.source('camera'))).toBeUndefined()
  })

  it('is its own while several are being made', async () => {
    const catalogs = pastCatalogs()
    const found = await Promise.all(
      Array.from({ length: 9 }, (_, at) =>
        catalogs.use(async (then) => {
          await then.take(pages(made(at + 1, 'camera')))
          return then.reader.source('camera')?.created_ms
        }),
      ),
    )
    expect(found).toStrictEqual(found.map((_, at) => 1_000 * (at + 1)))
  })
})
