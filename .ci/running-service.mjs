// Starts the built service on a free port, in a folder of its own.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const MAIN = resolve(import.meta.dirname, '../dist/services/cli/main.js')

export async function startService() {
  const data = mkdtempSync(join(tmpdir(), 'framelog-conformance-'))
  const env = { PATH: process.env.PATH, PORT: '0', DATA_DIR: data, LOG_LEVEL: 'error' }
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

/** Something for lists to have in them. */
export async function seed(url) {
  const ask = async (method, path, body) => {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(url + path, { method, headers, body: JSON.stringify(body) })
    if (!response.ok)
      throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`)
    return response.status === 201 ? response.text() : ''
  }
  for (let i = 0; i < 3; i++) {
    const id = crypto.randomUUID()
    await ask('PUT', `/flows/${id}`, {
      id,
      source_id: crypto.randomUUID(),
      label: `seeded ${i}`,
      tags: { site: 'salford', list: ['a', 'b'] },
      format: 'urn:x-nmos:format:video',
      codec: 'video/h264',
      container: 'video/mp2t',
      essence_parameters: { frame_width: 1920, frame_height: 1080, frame_rate: { numerator: 25 } },
    })
    const { media_objects } = JSON.parse(await ask('POST', `/flows/${id}/storage`, { limit: 3 }))
    const segments = media_objects.map(({ object_id }, at) => ({
      object_id,
      timerange: `[${at}:0_${at + 1}:0)`,
    }))
    await ask('POST', `/flows/${id}/segments`, segments)
  }
}
