import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Uuid } from '../../contracts/resources/uuid.ts'
import { BackupRefused } from './backup-refused.ts'
import { writeDurably } from './durable-files.ts'

/** Of the folder's contents. A release refuses others. */
export const BACKUP_FORMAT = 1

const MANIFEST_FILE = 'backup.json'

const Count = z.int().nonnegative()
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** What a backup consists of. It is written last: a folder without it is no backup, or the one before. */
export const BackupManifest = z.object({
  format: z.literal(BACKUP_FORMAT),
  /** The release that made it. */
  framelog: z.string(),
  /** UTC. */
  made_at: z.iso.datetime(),
  log: z.object({
    file: z.string().regex(/^events-[0-9a-f]{16}\.db$/),
    sha256: Sha256,
    bytes: Count,
    /** The last event's. Positions have no gaps: it is also how many events there are. */
    position: Count,
    /** The last event's id, which no other log has at this position; none in an empty log. */
    last_event: z.string().optional(),
  }),
  /** Whether it is part of the backup, and what tells it from others without telling it. */
  secret_key: z.object({ included: z.boolean(), check: z.string() }),
  media: z.object({
    /** A line for each object: storage id, key, size in bytes, SHA-256. */
    list: z.string().regex(/^media-[0-9a-f]{16}\.txt$/),
    sha256: Sha256,
    objects: Count,
    bytes: Count,
    /** Allocated, and not uploaded when the backup was made. */
    not_uploaded: Count,
    /** In use, and not to be had: the service has lost them. */
    missing: Count,
  }),
  /** The Storage Backends that the log's objects are in. */
  storage: z.array(
    z.object({ id: Uuid, label: z.string().optional(), is_copied: z.boolean(), objects: Count }),
  ),
})
export type BackupManifest = z.infer<typeof BackupManifest>

/** @returns undefined where there is none. @throws BackupRefused where it is none of this release's */
export async function readManifest(folder: string): Promise<BackupManifest | undefined> {
  const path = join(folder, MANIFEST_FILE)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  if (text === undefined) return undefined
  const content = parsed(text)
  const { format } = z.object({ format: z.unknown() }).safeParse(content).data ?? {}
  if (format !== undefined && format !== BACKUP_FORMAT) {
    const known = `this release knows ${BACKUP_FORMAT}`
    throw new BackupRefused(`${path} is of a backup of format ${JSON.stringify(format)}; ${known}`)
  }
  const { data, error } = BackupManifest.safeParse(content)
  if (data) return data
  throw new BackupRefused(`${path} is damaged:\n${z.prettifyError(error)}`)
}

/** @throws BackupRefused where there is none */
export async function requireManifest(folder: string): Promise<BackupManifest> {
  const manifest = await readManifest(folder)
  if (manifest) return manifest
  throw new BackupRefused(`there is no complete backup in ${folder}: it has no ${MANIFEST_FILE}`)
}

/** Replaces the one before in an instant. */
export const writeManifest = (folder: string, manifest: BackupManifest): Promise<void> =>
  writeDurably(join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`)

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
