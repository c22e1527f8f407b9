import type { MirroredLog } from '../adapters/event-log/mirrored/open-mirrored-log.ts'
import { InvalidConfig } from '../config/invalid-config.ts'
import type { Logger } from '../observability/logger.ts'

export type MirrorHealth = {
  /** Resolves once all is here that was in the log at the call. @throws InvalidConfig where it is another log's */
  caughtUp(): Promise<void>
  /** Rejects where it does not follow the server. */
  check(): Promise<void>
  /** Seconds since all was here that was in the log. */
  behindSeconds(): number
  waitingAppends(): number
}

const TELL_EVERY_MS = 5_000
const LOOK_EVERY_MS = 250
/** The end is looked for every few seconds while nothing comes. */
const BEHIND_AFTER_SECONDS = 30

export function mirrorHealth({ mirror, head }: MirroredLog, logger: Logger): MirrorHealth {
  const behindSeconds = () => Math.max(0, (Date.now() - mirror.endMs()) / 1000)
  return {
    async caughtUp() {
      const calledMs = Date.now()
      let toldMs = calledMs
      while (mirror.endMs() < calledMs) {
        const trouble = mirror.trouble()
        if (trouble?.isFinal) throw new InvalidConfig(trouble.text)
        if (Date.now() - toldMs > TELL_EVERY_MS) {
          toldMs = Date.now()
          logger.info({ position: await head(), trouble: trouble?.text }, 'reading the log from EventStoreDB')
        }
        await mirror.changed(LOOK_EVERY_MS)
      }
    },
    async check() {
      const trouble = mirror.trouble()
      if (trouble) throw new Error(trouble.text)
      const behind = Math.round(behindSeconds())
      if (behind > BEHIND_AFTER_SECONDS) throw new Error(`it is ${behind} seconds behind`)
    },
    behindSeconds,
    waitingAppends: mirror.countWaiting,
  }
}
