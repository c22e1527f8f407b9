import { createHash, randomBytes, randomInt } from 'node:crypto'
import { Readable } from 'node:stream'
import { openFilesystemMediaStore } from '../../services/adapters/media-store/filesystem/filesystem-media-store.ts'

/**
 * A process that writes objects into the directory it is given, and removes some, for as long as it lives.
 * It prints `wrote <key> <sha256>` and `removed <key>` once the store has confirmed that, and
 * `removing <key>` before it asks.
 */
const WRITERS = 8

const [, , directory = ''] = process.argv
const store = await openFilesystemMediaStore({
  directory,
  publicBaseUrl: () => '',
  storageId: 'one',
  signingKey: Buffer.alloc(32),
  urlLifetimeSeconds: 60,
  maxObjectBytes: 1024 ** 3,
})
await Promise.all(Array.from({ length: WRITERS }, writeOnAndOn))

async function writeOnAndOn(): Promise<never> {
  for (;;) {
    const bytes = randomBytes(randomInt(1, 200_000))
    const sha256 = createHash('sha256').update(bytes).digest('base64')
    const key = store.newKey(Date.now(), 'x')
    await store.write(key, `media/${sha256}`, Readable.from([bytes]))
    process.stdout.write(`wrote ${key} ${sha256}\n`)
    if (randomInt(4) > 0) continue
    process.stdout.write(`removing ${key}\n`)
    await store.remove([key])
    process.stdout.write(`removed ${key}\n`)
  }
}
