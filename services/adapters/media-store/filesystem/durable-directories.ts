import { mkdir, open, rmdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LRUCache } from 'lru-cache'

/** Makes directories whose names survive a power cut, remembering those it has made. */
export type DurableDirectories = {
  /** Makes a directory and those above it, where they are missing, and waits until all are on disk. */
  make(path: string): Promise<void>
  /** Someone removed it: the next `make` has to look again. */
  forget(path: string): void
}

/** A day has 256 directories: this is a few days of them. */
const REMEMBERED = 1024

export function durableDirectories(): DurableDirectories {
  // Promises, so that two uploads into a new directory both wait until its name is on disk.
  const made = new LRUCache<string, Promise<void>>({ max: REMEMBERED })
  return {
    make(path) {
      const earlier = made.get(path)
      if (earlier) return earlier
      const making = makeDurably(path)
      made.set(path, making)
      making.catch(() => made.delete(path))
      return making
    },
    forget(path) {
      made.delete(path)
    },
  }
}

/** Waits until the names in a directory are on disk: fsync of a file covers its bytes, not its name. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Removes a directory if it is empty, then the one above it, and so on; never `root`. */
export async function pruneEmpty(path: string, root: string): Promise<void> {
  let directory = path
  while (directory !== root && (await removedIfEmpty(directory))) directory = dirname(directory)
}

async function makeDurably(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true })
  if (first === undefined) return
  for (let directory = path; ; directory = dirname(directory)) {
    await syncDirectory(dirname(directory))
    if (directory === first) return
  }
}

/** Not empty, gone already, or in use: whatever the reason, pruning it is not worth a failure. */
const removedIfEmpty = (directory: string): Promise<boolean> =>
  rmdir(directory).then(
    () => true,
    () => false,
  )
