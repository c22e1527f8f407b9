import { type logCreator, logLevel } from 'kafkajs'
import type { Logger } from '../../observability/logger.ts'

/**
 * What the client says is about its attempts, of which the next may succeed: it is told a level below. Who uses
 * the client says what that means.
 */
const LEVELS = {
  [logLevel.ERROR]: 'warn',
  [logLevel.WARN]: 'debug',
  [logLevel.INFO]: 'debug',
  [logLevel.DEBUG]: 'trace',
} as const

/** The least that the client has to say, for a logger that would drop the rest. */
export function kafkaLevel(logger: Logger): logLevel {
  if (logger.isLevelEnabled('trace')) return logLevel.DEBUG
  if (logger.isLevelEnabled('debug')) return logLevel.INFO
  return logger.isLevelEnabled('warn') ? logLevel.ERROR : logLevel.NOTHING
}

/** Has the client's own logger write to ours. */
export const kafkaLogs =
  (logger: Logger): logCreator =>
  () =>
  ({ namespace, level, log: { message, timestamp: _, logger: __, stack: ___, ...more } }) => {
    if (level === logLevel.NOTHING) return
    logger[LEVELS[level]]({ kafka: { namespace, ...more } }, message)
  }
