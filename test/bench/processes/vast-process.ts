import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { processCpuSeconds } from './process-cpu.ts'

export type VastProcess = {
  /** For a service that writes to it. */
  readonly environment: Readonly<Record<string, string>>
  cpuSeconds(): number | undefined
  stop(): Promise<void>
}

const MAIN = fileURLToPath(new URL('../../support/vast-db/main.js', import.meta.url))

/** Starts the test server of VAST DB as a process of its own. */
export async function startVast(): Promise<VastProcess> {
  const child = spawn(process.execPath, [MAIN], { stdio: ['ignore', 'pipe', 'inherit'] })
  const endWithUs = () => void child.kill('SIGKILL')
  process.once('exit', endWithUs)
  const [line] = await once(child.stdout, 'data')
  const { url, bucket, accessKeyId, secretAccessKey } = JSON.parse(String(line))
  return {
    environment: {
      VAST_ENDPOINT: url,
      VAST_ACCESS_KEY: accessKeyId,
      VAST_SECRET_KEY: secretAccessKey,
      VAST_BUCKET: bucket,
    },
    cpuSeconds: () => processCpuSeconds(child.pid!),
    stop: async () => {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
      process.off('exit', endWithUs)
    },
  }
}
