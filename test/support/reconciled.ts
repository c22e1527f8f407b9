import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Report } from '../../services/reconciling/finding.ts'

/** Where a folder keeps an object. */
export function objectFolder(mediaFolder: string, key: string): string {
  const [year = '', month = '', day = '', random = ''] = key.split('/')
  return join(mediaFolder, year, month, day, random.slice(0, 2), random)
}

export const loseObject = (mediaFolder: string, key: string): void =>
  rmSync(objectFolder(mediaFolder, key), { recursive: true })

/** Leaves only the first bytes. */
export function truncateObject(mediaFolder: string, key: string, bytes: number): void {
  const folder = objectFolder(mediaFolder, key)
  const file = readdirSync(folder).find((name) => name !== 'metadata.json')
  truncateSync(join(folder, file ?? ''), bytes)
}

/** Makes an object look as if it had come at another time. */
export function dateObject(mediaFolder: string, key: string, storedMs: number): void {
  const path = join(objectFolder(mediaFolder, key), 'metadata.json')
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), stored_at_ms: storedMs }))
}

/** Has a second object with the bytes of another, which nobody knows of. @returns its key */
export function copyObject(mediaFolder: string, key: string, random: string): string {
  const copy = `${key.slice(0, key.lastIndexOf('/'))}/${random}`
  const [from, to] = [objectFolder(mediaFolder, key), objectFolder(mediaFolder, copy)]
  mkdirSync(to, { recursive: true })
  for (const name of readdirSync(from)) writeFileSync(join(to, name), readFileSync(join(from, name)))
  return copy
}

/** Has a folder be away, as an unmounted one is. @returns how to bring it back */
export function takeAway(mediaFolder: string): () => void {
  renameSync(mediaFolder, `${mediaFolder}.away`)
  return () => {
    rmSync(mediaFolder, { recursive: true, force: true })
    renameSync(`${mediaFolder}.away`, mediaFolder)
  }
}

export const findingsIn = (reports: readonly Report[]) =>
  reports.flatMap((report) => {
    if (report.type !== 'finding') return []
    const { type: _, ...finding } = report
    return [finding]
  })
