import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../../services/config/config.ts'
import { hasOwnViews, logPath } from '../../../../services/config/log-place.ts'

describe('where the log is', () => {
  it.each([
    [{}, 'data/events.db', false],
    [{ DATA_DIR: '/data' }, '/data/events.db', false],
    [{ DATA_DIR: '/data', LOG_DIR: '/data/' }, '/data/events.db', false],
    [{ DATA_DIR: '/data', LOG_DIR: '/log' }, '/log/events.db', true],
  ])('for %o', (environment, path, isApart) => {
    const config = loadConfig(environment)
    expect(resolve(logPath(config))).toBe(resolve(path))
    expect(hasOwnViews(config)).toBe(isApart)
  })

  it('is where media is, unless storage is configured', () => {
    const { storageBackends } = loadConfig({ DATA_DIR: '/data', LOG_DIR: '/log' })
    expect(storageBackends).toMatchObject([{ type: 'filesystem', directory: '/log/media' }])
  })
})
