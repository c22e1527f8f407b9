// Does what deploy/Dockerfile says without a container engine: each stage in a folder of its own, with the same
// commands over the same files. Then the entry point is started there by a user without rights, who can write to the
// data directory only, asked for its health by the image's own check, and stopped by its own signal.
import { execFileSync, spawn } from 'node:child_process'
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const PROJECT = resolve(import.meta.dirname, '..')
const START_LIMIT_MS = 120_000
/** What was fetched today is not asked for again. */
const RUN_ENV = { ...process.env, npm_config_prefer_offline: 'true' }

const work = mkdtempSync(join(tmpdir(), 'framelog-image-'))
try {
  const image = buildImage(work)
  await run(image)
  console.log('the image holds', execFileSync('du', ['-sh', image.root], { encoding: 'utf8' }).split('\t')[0])
} finally {
  rmSync(work, { recursive: true, force: true })
}

/** Lines of the Dockerfile, continued ones joined. */
function instructions() {
  const text = readFileSync(join(PROJECT, 'deploy/Dockerfile'), 'utf8').replaceAll(/\\\n\s*/g, '')
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

/** Without RUN in the last stage: it works on the file system of the base image, which is not here. */
function buildImage(folder) {
  const lines = instructions()
  const lastStage = lines.findLastIndex((line) => line.startsWith('FROM '))
  const stages = {}
  let stage
  lines.forEach((line, index) => {
    const [instruction] = line.split(' ', 1)
    const rest = line.slice(instruction.length + 1)
    if (instruction === 'FROM') {
      const name = / AS (\w+)$/.exec(rest)?.[1] ?? 'final'
      stage = stages[name] = { root: join(folder, name), workdir: '/', env: {}, user: undefined }
      mkdirSync(stage.root)
    } else if (instruction === 'WORKDIR') {
      stage.workdir = rest
      mkdirSync(at(stage, '.'), { recursive: true })
    } else if (instruction === 'COPY') {
      copy(rest, stage, stages)
    } else if (instruction === 'RUN' && index < lastStage) {
      execFileSync('/bin/sh', ['-c', rest], { cwd: at(stage, '.'), env: RUN_ENV, stdio: 'inherit' })
    } else if (instruction === 'ENV') {
      for (const pair of rest.split(' ')) stage.env[pair.split('=')[0]] = pair.slice(pair.indexOf('=') + 1)
    } else if (instruction === 'USER') {
      stage.user = rest.split(':').map(Number)
    } else if (instruction === 'HEALTHCHECK') {
      stage.healthcheck = JSON.parse(rest.slice(rest.indexOf('CMD ') + 4))
    } else if (['ENTRYPOINT', 'CMD'].includes(instruction)) {
      stage[instruction.toLowerCase()] = JSON.parse(rest)
    } else if (instruction === 'STOPSIGNAL') {
      stage.stopsignal = rest
    }
  })
  return stages.final
}

function at(stage, path) {
  return join(stage.root, resolve(stage.workdir, path))
}

function copy(rest, stage, stages) {
  const words = rest.split(' ')
  const from = words[0].startsWith('--from=') ? stages[words.shift().slice('--from='.length)] : undefined
  const target = words.pop()
  for (const source of words) {
    const path = from ? join(from.root, source) : join(PROJECT, source)
    const isInto = target.endsWith('/') || (existsSync(at(stage, target)) && statSync(path).isFile())
    cpSync(path, isInto ? join(at(stage, target), basename(source)) : at(stage, target), { recursive: true })
  }
}

async function run(image) {
  const data = join(work, 'data')
  mkdirSync(data)
  // Where this is not run by root, the user who runs it has to do.
  const isRoot = process.getuid?.() === 0
  const [uid, gid] = image.user
  if (isRoot) {
    chownSync(data, uid, gid)
    execFileSync('chmod', ['0755', work])
    execFileSync('chmod', ['-R', 'go-w', image.root])
  }
  const port = await freePort()
  const env = { PATH: process.env.PATH, ...image.env, PORT: String(port), DATA_DIR: data, TMPDIR: data }
  const options = { cwd: at(image, '.'), ...(isRoot && { uid, gid }) }
  const [command, ...args] = [...image.entrypoint, ...image.cmd]

  const closed = await ended(spawn(command, args, { ...options, env, stdio: 'ignore' }))
  if (closed === 0) throw new Error('the image is open to everybody without being told so')

  const told = { ...env, ALLOW_UNAUTHENTICATED: 'true' }
  const service = spawn(command, args, { ...options, env: told, stdio: ['ignore', 'ignore', 'inherit'] })
  const exit = ended(service)
  let isOver = false
  exit.then(() => {
    isOver = true
  })
  const limit = Date.now() + START_LIMIT_MS
  const [check, ...checkArgs] = image.healthcheck
  while ((await ended(spawn(check, checkArgs, { ...options, env: told, stdio: 'ignore' }))) !== 0) {
    if (isOver || Date.now() > limit) throw new Error('the service did not become healthy')
    await wait(200)
  }
  const owner = statSync(join(data, 'events.db')).uid
  if (isRoot && owner !== uid) throw new Error(`the service ran as user ${owner}`)
  service.kill(image.stopsignal)
  const code = await exit
  if (code !== 0) throw new Error(`the service ended with ${code}`)
}

function ended(child) {
  return new Promise((done) => child.once('exit', (code) => done(code)))
}

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => done(port))
    })
  })
}
