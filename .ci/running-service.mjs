// Starts the built service on a free port, in a folder of its own; and the VAST DB of the tests, for it to write to.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const MAIN = resolve(import.meta.dirname, '../dist/services/cli/main.js')
const VAST_DB = resolve(import.meta.dirname, '../dist/test/support/vast-db/main.js')

export async function startService(more = {}) {
  const data = mkdtempSync(join(tmpdir(), 'framelog-conformance-'))
  // Generated webhooks have receivers anywhere: nothing is sent to them.
  const settings = { LOG_LEVEL: 'error', WEBHOOKS_ENABLED: 'false', ...more }
  const env = { PATH: process.env.PATH, PORT: '0', DATA_DIR: data, ...settings }
  const service = spawn(process.execPath, [MAIN, 'serve'], { env, stdio: ['ignore', 'inherit', 'pipe'] })
  const exited = new Promise((ended) => service.once('exit', ended))
  const url = await new Promise((ready, reject) => {
    let told = ''
    service.stderr.on('data', (chunk) => {
      told += chunk
      const found = told.match(/API\s+(http\S+?)\/?\n/)
      if (found) ready(found[1])
    })
    exited.then((code) => reject(new Error(`the service ended with ${code}: ${told}`)))
  })
  return {
    url,
    stop: async () => {
      service.kill('SIGTERM')
      await exited
      rmSync(data, { recursive: true, force: true })
    },
  }
}

/** @returns with the settings of a service that writes its tables there */
export async function startVastDb() {
  const server = spawn(process.execPath, [VAST_DB], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(server.stdout, 'data')
  const { url, bucket, accessKeyId, secretAccessKey } = JSON.parse(line)
  return {
    settings: {
      VAST_ENDPOINT: url,
      VAST_BUCKET: bucket,
      VAST_ACCESS_KEY: accessKeyId,
      VAST_SECRET_KEY: secretAccessKey,
    },
    stop: () => server.kill(),
  }
}
