/** How busy a thread is with what someone waits for, percent of its time, for other threads to see. */
export type SharedLoad = Int32Array<SharedArrayBuffer>

const MEASURE_EVERY_MS = 100
/** With as much to do as it can it is at 70 to 95: at times it waits for the disk. */
const BUSY_PERCENT = 70
const LOOK_EVERY_MS = 10
const REST_PER_WORK = 2
/** Nobody notices that a thread does not hear for so long. */
const LONGEST_REST_MS = 20

/** How busy this thread is from here on. */
export function shareLoad(): { readonly load: SharedLoad; stop(): void } {
  const load: SharedLoad = new Int32Array(new SharedArrayBuffer(4))
  let before = performance.eventLoopUtilization()
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    Atomics.store(load, 0, Math.round(utilization * 100))
    before = now
  }, MEASURE_EVERY_MS).unref()
  return { load, stop: () => clearInterval(timer) }
}

/**
 * Has this thread rest for twice as long as it worked, while another one has as much to do as it can: that goes slower beside
 * work on another core, too, where both are threads of one core, or share what is cached. It rests between two things that
 * it does, and hears nothing meanwhile. A third of a core is left to it, whatever happens.
 */
export function restWhileBusy(load: SharedLoad): void {
  const nothing = new Int32Array(new SharedArrayBuffer(4))
  let before = performance.eventLoopUtilization()
  setInterval(() => {
    const { active } = performance.eventLoopUtilization(before)
    const restMs = Math.min(REST_PER_WORK * active, LONGEST_REST_MS)
    if (Atomics.load(load, 0) >= BUSY_PERCENT) Atomics.wait(nothing, 0, 0, restMs)
    before = performance.eventLoopUtilization()
  }, LOOK_EVERY_MS).unref()
}
