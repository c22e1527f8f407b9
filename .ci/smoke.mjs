// Starts the service as the README says, in a folder of its own, asks it how it is, and stops it.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const data = mkdtempSync(join(tmpdir(), 'framelog-smoke-'))
const env = { ...process.env, PORT: '0', DATA_DIR: data }
const service = spawn('npm', ['start'], { env, stdio: ['ignore', 'ignore', 'pipe'], detached: true })
const url = await new Promise((resolve, reject) => {
  let told = ''
  service.stderr.on('data', (chunk) => {
    told += chunk
    const ready = told.match(/health\s+(http\S+)/)
    if (ready) resolve(ready[1])
  })
  service.once('exit', (code) => reject(new Error(`npm start ended with ${code}: ${told}`)))
})
const health = await fetch(url)
if (health.status !== 200) throw new Error(`health answered ${health.status}`)
const exited = new Promise((resolve) => service.once('exit', resolve))
process.kill(-service.pid, 'SIGTERM')
await exited
rmSync(data, { recursive: true, force: true })
