import { Worker } from 'node:worker_threads'

/** `anchor` is there whenever the file system is. */
export type Look = { readonly paths: readonly string[]; readonly anchor: string }

/** Places among the paths of those that are certainly not there. */
export type Seen = readonly number[]

/** Finds paths that lead nowhere, many at a time. @throws where it cannot look */
export type LookForFiles = (look: Look) => Promise<Seen>

/** A thread takes some megabytes: it is kept while there are things to look for. */
const IDLE_MS = 5_000
/** A look makes few objects, and keeps none. */
const YOUNG_MEGABYTES = 2

export function lookForFiles(): LookForFiles {
  let worker: Worker | undefined
  let asking: { readonly resolve: (seen: Seen) => void; readonly reject: (error: Error) => void }[] = []
  let idle: NodeJS.Timeout | undefined

  const start = (): Worker => {
    const started = new Worker(new URL('./look-thread.js', import.meta.url), {
      name: 'framelog-look',
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
    })
    started.on('message', (seen: Seen) => {
      asking.shift()?.resolve(seen)
      if (asking.length > 0) return
      started.unref()
      idle = setTimeout(end, IDLE_MS).unref()
    })
    started.on('error', lose)
    started.on('exit', () => {
      if (worker === started) lose(new Error('the thread that looks for files has ended'))
    })
    return started
  }
  const end = () => {
    void worker?.terminate()
    worker = undefined
  }
  const lose = (error: Error) => {
    worker = undefined
    for (const { reject } of asking) reject(error)
    asking = []
  }

  return (look) => {
    clearTimeout(idle)
    worker ??= start()
    worker.ref()
    worker.postMessage(look)
    return new Promise((resolve, reject) => asking.push({ resolve, reject }))
  }
}
