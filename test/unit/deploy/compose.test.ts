import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT, readText, readYaml } from '../../support/deploy/deploy-files.ts'

type Service = {
  readonly image?: string
  readonly build?: unknown
  readonly environment?: Readonly<Record<string, string>>
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly healthcheck?: unknown
  readonly depends_on?: Readonly<Record<string, { condition: string }>>
}

const FILES = ['docker-compose.yml', 'docker-compose.eventstore.yml']
const compose: { services: Record<string, Service>; volumes: Record<string, unknown> } =
  readYaml('docker-compose.yml')
/** What changes in it where the log is on an EventStoreDB. */
const more: typeof compose = readYaml('docker-compose.eventstore.yml')
const services = [...Object.entries(compose.services), ...Object.entries(more.services)]

describe('the compose file', () => {
  it('publishes ports to this machine only', () => {
    const ports = services.flatMap(([, { ports = [] }]) => ports)
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([])
    expect(ports.length).toBeGreaterThan(0)
  })

  it('holds no secrets but defaults that say what they are for', () => {
    const secrets = services.flatMap(([, { environment = {} }]) =>
      Object.entries(environment).filter(([name]) => /PASSWORD|SECRET|ACCESS_KEY|MC_HOST/.test(name)),
    )
    expect(secrets.length).toBeGreaterThan(0)
    const byDefault = /\$\{\w+:-(framelog-development-?)+\}/g
    const written = secrets.map(([, value]) => value.replaceAll(byDefault, ''))
    expect(written.filter((value) => !['', 'http://:@minio:9000'].includes(value))).toEqual([])
  })

  it('has the defaults of its variables in .env.example, and no others are there', () => {
    const text = FILES.map(readText).join('\n')
    const used = [...text.matchAll(/\$\{(\w+):-([^}]*)\}/g)].map(([, name, value]) => `${name}=${value}`)
    const listed = readText('.env.example')
      .split('\n')
      .filter((line) => /^\w+=/.test(line))
    expect([...new Set(used)].sort()).toEqual(listed.sort())
  })

  it('names a release of every image that it does not build', () => {
    const built = services.filter(([, { build }]) => build !== undefined).map(([, { image }]) => image)
    const images = services.flatMap(([, { image }]) => image ?? [])
    const fetched = images.filter((image) => !built.includes(image))
    expect(fetched.filter((image) => !/:(v?\d|RELEASE\.)/.test(image))).toEqual([])
  })

  it('starts a service only when those it needs are well', () => {
    for (const [name, { depends_on = {} }] of services) {
      for (const [needed, { condition }] of Object.entries(depends_on)) {
        // The image of the service has a health check of its own.
        const isOver = condition === 'service_completed_successfully'
        const isWatched =
          needed === 'framelog' ||
          { ...more.services, ...compose.services }[needed]?.healthcheck !== undefined
        expect([name, needed, condition]).toEqual([name, needed, isOver ? condition : 'service_healthy'])
        expect([needed, isOver || isWatched]).toEqual([needed, true])
      }
    }
  })

  it('mounts what is there', () => {
    const sources = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0]!))
    const named = [...Object.keys(compose.volumes), ...Object.keys(more.volumes)]
    const missing = sources.filter((source) =>
      source.startsWith('.') ? !existsSync(join(ROOT, source)) : !named.includes(source),
    )
    expect(missing).toEqual([])
  })

  it('gives each process a volume of its own where the log is on an EventStoreDB', () => {
    const ours = services.filter(([, { environment }]) => environment?.['EVENTSTORE_URL'] !== undefined)
    const data = ours.map(([name, { volumes }]) => volumes?.[0] ?? compose.services[name]?.volumes?.[0])
    expect(ours.length).toBeGreaterThan(5)
    expect(new Set(data).size).toBe(ours.length)
  })
})
