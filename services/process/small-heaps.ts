import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * How far each thread's heap grows beyond what is in use before it is collected, percent. By default it is up to four times as
 * much, and a quarter of a gigabyte until the first time: nearly all of that is garbage, on each of some seven threads.
 */
const GROWING_PERCENT = 80
/** Until the first collection, of threads that are started from here on. */
const INITIAL_MEGABYTES = 16
/** When all that stays has been loaded. */
const FIRST_COLLECTION_AFTER_MS = 3_000

/** To be called before threads are started: for a service that shares a machine with others. */
export function keepHeapsSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWING_PERCENT}`)
  setFlagsFromString(`--initial-old-space-size=${INITIAL_MEGABYTES}`)
  setTimeout(collect, FIRST_COLLECTION_AFTER_MS).unref()
}

/** This thread is there already, and has no limit of that kind before its first collection. */
function collect(): void {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  setFlagsFromString('--no-expose-gc')
  gc()
}
