import { setTimeout as delay } from 'node:timers/promises'
import { workerData } from 'node:worker_threads'
import { tryLockFile } from '../../../process/file-lock.ts'
import { workerPort } from '../../../process/worker-port.ts'
import { announcer } from '../sqlite/commit-announcement.ts'
import { OtherDatabase } from './arrivals.ts'
import { followServer } from './follow-server.ts'
import { type FromMirrorThread, type MirrorThreadOptions, URL_VARIABLE } from './mirror-messages.ts'
import { openMirrorWriter } from './mirror-writer.ts'

/** The thread that keeps a mirror. Started by keep-mirror.ts. */

const { tell, stopped, close } = workerPort<FromMirrorThread>()

/** While another process keeps it. */
const TRY_LOCK_EVERY_MS = 500

const { path } = workerData as MirrorThreadOptions
const url = process.env[URL_VARIABLE]
if (url === undefined) throw new Error('mirror-thread needs the URL of the server')
const stopping = new AbortController()
const { signal } = stopping
stopped.then(() => stopping.abort())

let unlock = tryLockFile(path)
while (!unlock && !signal.aborted) {
  tell({ trouble: undefined })
  await delay(TRY_LOCK_EVERY_MS, undefined, { signal }).catch(() => undefined)
  unlock = tryLockFile(path)
}

if (unlock) {
  const writer = openMirrorWriter(path)
  const announce = announcer(path, 'mirror')
  try {
    await followServer({
      url,
      writer,
      signal,
      onChange: announce,
      onTrouble: (trouble) => tell({ trouble }),
    })
  } catch (error) {
    if (!(error instanceof OtherDatabase)) throw error
    const trouble = `${path} is not the mirror of this EventStoreDB, or of one that was put back since: ${error.message}. Stop the service, and remove ${path}*: it is made anew`
    tell({ trouble, isFinal: true })
    // Another attempt would find the same. It stays, so that nobody starts it again.
    await stopped
  } finally {
    writer.close()
    announce.close()
    unlock()
  }
}
close()
