import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { planted } from '../secrets/planted.ts'
import { freePort, type RunningS3, startS3 } from './running-s3.ts'

/** The program: where `VERSITYGW` says, or on the path. */
const COMMAND = process.env['VERSITYGW'] ?? 'versitygw'

/** Whether it is installed: `.ci/s3` does that. */
export const hasVersitygw = (): boolean => spawnSync(COMMAND, ['--version']).status === 0

const CREDENTIALS = { accessKeyId: 'framelog-test', secretAccessKey: `${planted('s3')}/with+signs=` }

/**
 * An S3 gateway that is used in production, over a directory: it checks signatures and checksums, and knows
 * conditional writes.
 * @param directory where it keeps its objects @param buckets made at the start
 */
export async function startVersitygw(
  directory: string,
  buckets: readonly string[],
  { virtualHosts = false, region = 'eu-west-2' } = {},
): Promise<RunningS3> {
  const port = await freePort()
  const [objects, metadata] = [join(directory, 'objects'), join(directory, 'metadata')]
  mkdirSync(metadata, { recursive: true })
  for (const bucket of buckets) mkdirSync(join(objects, bucket), { recursive: true })
  return startS3({
    command: COMMAND,
    args: [
      ...['--port', `127.0.0.1:${port}`, '--region', region, '--quiet'],
      ...(virtualHosts ? ['--virtual-domain', `localhost:${port}`] : []),
      // Not every file system has extended attributes.
      ...['posix', '--sidecar', metadata, objects],
    ],
    environment: {
      ROOT_ACCESS_KEY: CREDENTIALS.accessKeyId,
      ROOT_SECRET_KEY: CREDENTIALS.secretAccessKey,
    },
    port,
    region,
    credentials: CREDENTIALS,
  })
}
