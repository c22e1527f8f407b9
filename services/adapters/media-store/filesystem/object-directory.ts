import { join } from 'node:path'
import { requireMediaKey } from '../media-key.ts'

/**
 * Where an object is: `2026/11/21/0f/0f1e...`. A day's objects are spread over 256 directories, which keeps
 * each small enough for any file system at millions of objects a day.
 * @throws InvalidMediaKey: no other text ever becomes a path
 */
export function objectDirectory(root: string, key: string): string {
  requireMediaKey(key)
  const [year = '', month = '', day = '', random = ''] = key.split('/')
  return join(root, year, month, day, random.slice(0, 2), random)
}
