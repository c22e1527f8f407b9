import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  followCredentials,
  type SigningCredentials,
} from '../../../../../../services/adapters/media-store/s3/signing-credentials.ts'

const LIFETIME_SECONDS = 3600
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

describe('credentials to sign with', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 21) })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  /** Gives credentials numbered by how often they were asked for, that last as long as told. */
  const provider = (lastingMs: number | undefined) => {
    const asked: (boolean | undefined)[] = []
    const give = async (options?: { forceRefresh?: boolean }): Promise<SigningCredentials> => {
      asked.push(options?.forceRefresh)
      return {
        accessKeyId: `key ${asked.length}`,
        secretAccessKey: 'secret',
        ...(lastingMs !== undefined && { expiration: new Date(Date.now() + lastingMs) }),
      }
    }
    return { asked, give }
  }
  const follow = (
    give: ReturnType<typeof provider>['give'],
    onFailure: (error: unknown) => void = () => {},
  ) => followCredentials(give, { urlLifetimeSeconds: LIFETIME_SECONDS, onFailure })

  it('that last are asked for once', async () => {
    const { asked, give } = provider(undefined)
    const { current } = await follow(give)
    await vi.advanceTimersByTimeAsync(100 * 24 * HOUR_MS)
    expect(asked).toEqual([undefined])
    expect(current().accessKeyId).toBe('key 1')
  })

  it('that expire are renewed while URLs signed with them still hold for their whole lifetime', async () => {
    const { give } = provider(6 * HOUR_MS)
    const { current, close } = await follow(give)
    for (let minute = 0; minute < 24 * 60; minute++) {
      await vi.advanceTimersByTimeAsync(MINUTE_MS)
      const leftMs = current().expiration!.getTime() - Date.now()
      expect(leftMs).toBeGreaterThanOrEqual(LIFETIME_SECONDS * 1000)
    }
    expect(current().accessKeyId).toBe('key 5')
    close()
  })

  it('that last shorter than URLs are renewed each minute, and no more often', async () => {
    const { asked, give } = provider(30 * MINUTE_MS)
    const { close } = await follow(give)
    await vi.advanceTimersByTimeAsync(10 * MINUTE_MS)
    expect(asked).toEqual([undefined, ...Array(10).fill(true)])
    close()
  })

  it('that cannot be renewed are kept, told of, and tried again', async () => {
    const { give } = provider(30 * MINUTE_MS)
    const failures: unknown[] = []
    let isDown = false
    const { current, close } = await follow(
      async (options) => {
        if (isDown) throw new Error('no answer')
        return give(options)
      },
      (error) => failures.push(error),
    )
    isDown = true
    await vi.advanceTimersByTimeAsync(3 * MINUTE_MS)
    expect(failures).toHaveLength(3)
    expect(current().accessKeyId).toBe('key 1')
    isDown = false
    await vi.advanceTimersByTimeAsync(MINUTE_MS)
    expect(current().accessKeyId).toBe('key 2')
    close()
  })

  it('are left alone once they are let go of', async () => {
    const { asked, give } = provider(30 * MINUTE_MS)
    const { close } = await follow(give)
    close()
    await vi.advanceTimersByTimeAsync(HOUR_MS)
    expect(asked).toHaveLength(1)
  })
})
