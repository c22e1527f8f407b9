import { LogUnavailable } from '../../../ports/event-log.ts'
import { patiently } from '../eventstore/patiently.ts'
import { connectToServer } from '../eventstore/server-connection.ts'
import { wakeUp } from '../eventstore/wake-up.ts'
import { ARRIVING, arrivalsAfter, isAtEnd } from './arrivals.ts'
import { tellLetGo } from './let-go.ts'
import type { MirrorWriter } from './mirror-writer.ts'
import { nudger } from './nudge.ts'

export type FollowOptions = {
  readonly url: string
  readonly writer: MirrorWriter
  readonly signal: AbortSignal
  /** After each change of the file. */
  readonly onChange: () => void
  /** Hears what is wrong, and of nothing once all is well again. */
  readonly onTrouble: (text: string | undefined) => void
}

/** How long the server is asked before its silence is told. */
const PATIENCE_MS = 3000
const NOTE_END_EVERY_MS = 1000

/** Copies what the server has, until it is stopped. @throws OtherDatabase; what no further attempt would change */
export async function followServer(options: FollowOptions): Promise<void> {
  const { url, writer, signal, onChange } = options
  const connection = connectToServer(url)
  const waking = wakeUp(connection.client, ARRIVING)
  const ring = () => waking.ring()
  signal.addEventListener('abort', ring, { once: true })
  const letGo = (append: string) => tellLetGo(connection.client, append)
  const nudge = nudger(writer, letGo, () => performance.now())
  let notedMs = 0
  try {
    while (!signal.aborted) {
      const rings = waking.count()
      const askedMs = Date.now()
      const arrivals = await untilAnswered(options, () => arrivalsAfter(connection, writer.taken()))
      if (!arrivals || signal.aborted) return
      writer.apply(arrivals)
      const isDue = Date.now() - notedMs >= NOTE_END_EVERY_MS && isAtEnd(arrivals)
      if (isDue) writer.noteEnd(askedMs)
      if (isDue) notedMs = Date.now()
      if (isDue || arrivals.length > 0) onChange()
      if (arrivals.length > 0) continue
      await nudge()
      await waking.after(rings)
    }
  } finally {
    signal.removeEventListener('abort', ring)
    waking.stop()
    await connection.close()
  }
}

/** @returns undefined where it is stopped before there is an answer */
async function untilAnswered<T>(
  { signal, onTrouble }: FollowOptions,
  ask: () => Promise<T>,
): Promise<T | undefined> {
  for (;;) {
    try {
      const answer = await patiently(ask, { forMs: PATIENCE_MS, signal })
      onTrouble(undefined)
      return answer
    } catch (error) {
      if (signal.aborted) return undefined
      if (!(error instanceof LogUnavailable)) throw error
      onTrouble(error.message)
    }
  }
}
