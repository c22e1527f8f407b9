import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Paths of the segments that `makeHls` made, in order. */
export function segmentFiles(playlist: string): readonly string[] {
  const folder = dirname(playlist)
  return readdirSync(folder)
    .filter((file) => /^segment\d+\.(ts|m4s)$/.test(file))
    .sort()
    .map((file) => join(folder, file))
}

/** What decoders are given: the initialisation segment, if there is one, and then the segments. */
export function joined(init: string | undefined, segments: readonly string[]): Buffer {
  return Buffer.concat([...(init === undefined ? [] : [init]), ...segments].map((path) => readFileSync(path)))
}
