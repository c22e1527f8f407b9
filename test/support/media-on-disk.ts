import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { objectDirectory } from '../../services/adapters/media-store/filesystem/object-directory.ts'
import {
  METADATA_FILE,
  type ObjectMetadata,
} from '../../services/adapters/media-store/filesystem/object-metadata.ts'
import { BUCKET } from './s3/s3-store.ts'

/** Media as it lies on a disk: the shortest way to have a hundred thousand objects, and to see which are left. */
export type MediaOnDisk = {
  /** Leaves there what an upload to this URL would have. */
  place(putUrl: { readonly url: string }, bytes: Buffer): void
  /** Of all that is there, in order. */
  keys(): readonly string[]
  isEmpty(): boolean
}

/** What versitygw keeps below its directory: each object is a plain file at its key. */
export function versitygwOnDisk(directory: string): MediaOnDisk {
  const root = join(directory, 'objects', BUCKET)
  return {
    place: ({ url }, bytes) => write(join(root, keyIn(url)), bytes),
    ...lookingAt(() => below(root, 4)),
  }
}

/** What the filesystem media store keeps in its directory. */
export const folderOnDisk = (root: string): MediaOnDisk => ({
  place({ url }, bytes) {
    const directory = objectDirectory(root, keyIn(url))
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const metadata: ObjectMetadata = {
      version: 1,
      content_type: 'video/mp2t',
      size_bytes: bytes.length,
      sha256,
      md5: createHash('md5').update(bytes).digest('hex'),
      stored_at_ms: Date.now(),
    }
    write(join(directory, sha256), bytes)
    write(join(directory, METADATA_FILE), JSON.stringify(metadata))
  },
  ...lookingAt(() => below(root, 5)),
})

const KEY = /\d{4}\/\d\d\/\d\d\/[0-9a-f]{32}$/

/** The key that a URL for an object leads to. */
export function keyIn(url: string): string {
  const [key] = KEY.exec(new URL(url).pathname) ?? []
  if (key === undefined) throw new Error(`no key in ${url}`)
  return key
}

function write(path: string, content: Buffer | string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

/** @param paths of objects: a key, which may have a name for a part of its objects before the last */
const lookingAt = (paths: () => Iterable<readonly string[]>) => ({
  keys: () => Array.from(paths(), (names) => [...names.slice(0, 3), names.at(-1)].join('/')),
  isEmpty: () => paths()[Symbol.iterator]().next().done === true,
})

/** The paths of what lies so many levels below a directory, in order; nothing of names that begin with a dot. */
function* below(directory: string, levels: number): Iterable<readonly string[]> {
  for (const name of namesIn(directory)) {
    if (levels === 1) yield [name]
    else for (const rest of below(join(directory, name), levels - 1)) yield [name, ...rest]
  }
}

/** None where it was removed just now. */
function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
      .filter((name) => !name.startsWith('.'))
      .sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return []
  }
}
