import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FlowSegment } from '../../contracts/resources/flow-segment.ts'
import { startFaultyProxy } from '../support/faulty-proxy.ts'
import { hasFfmpeg, makeHls } from '../support/ffmpeg.ts'
import { type RunningCli, runCli, runCliJson, startCli } from '../support/run-cli.ts'
import { startService, temporaryFolder } from '../support/running-service.ts'
import { joined, segmentFiles } from '../support/segment-files.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

if (!hasFfmpeg) console.warn('SKIPPED: ffmpeg is not installed, so no ingest is interrupted')

type Report = {
  readonly flow_id: string
  readonly segments_uploaded: number
  readonly segments_present: number
}

const { path: directory, remove } = temporaryDirectory()
afterAll(remove)

const segmentsOf = async (service: string, flowId: string): Promise<FlowSegment[]> =>
  (await (await fetch(`${service}/flows/${flowId}/segments?limit=1000`)).json()) as FlowSegment[]

async function exported(service: string, flowId: string, name: string): Promise<Buffer> {
  const path = join(directory, name)
  const { code, stderr } = await runCli(['export', flowId, '--url', service, '-o', path])
  if (code !== 0) throw new Error(stderr)
  return readFileSync(path)
}

describe.skipIf(!hasFfmpeg)('an ingest', () => {
  let playlist = ''
  let files: readonly string[] = []
  beforeAll(async () => {
    const recipe = { container: 'mpegts', seconds: 40, segmentSeconds: 1, frameRate: '25' } as const
    playlist = await makeHls(join(directory, 'media'), recipe)
    files = segmentFiles(playlist)
  })

  it('that is killed goes on where it was, and stores nothing twice', async () => {
    const service = await startService(temporaryFolder())
    const state = join(directory, 'killed.jsonl')
    const flowId = crypto.randomUUID()
    const args = ['ingest', playlist, '--url', service.url, '--state', state, '--flow-id', flowId]
    const killed = startCli([...args, '--concurrency', '1'])
    await some(killed, () => segmentsOf(service.url, flowId))
    killed.process.kill('SIGKILL')
    await killed.ended
    const before = await segmentsOf(service.url, flowId)
    expect(before.length).toBeLessThan(files.length)

    const report = await runCliJson<Report>(args)
    expect(report).toMatchObject({
      flow_id: flowId,
      segments_uploaded: files.length - before.length,
      segments_present: before.length,
    })
    const after = await segmentsOf(service.url, flowId)
    expect(after.slice(0, before.length).map(({ object_id }) => object_id)).toEqual(
      before.map(({ object_id }) => object_id),
    )
    expect((await exported(service.url, flowId, 'killed.ts')).equals(joined(undefined, files))).toBe(true)
    await service.stop()
  })

  it('bears a service that fails, loses answers and cuts connections', async () => {
    const proxy = await startFaultyProxy((_, count) => {
      if (count % 7 === 3) return 'unavailable'
      if (count % 11 === 5) return 'lost answer'
      return count % 13 === 8 ? 'cut' : undefined
    })
    const port = await freePort()
    const service = await startService(temporaryFolder(), { PUBLIC_URL: proxy.url, PORT: String(port) })
    proxy.target(`http://127.0.0.1:${port}`)
    const state = join(directory, 'faulty.jsonl')
    const report = await runCliJson<Report>(['ingest', playlist, '--url', proxy.url, '--state', state])
    expect(report.segments_uploaded).toBe(files.length)
    expect(new Set(proxy.faults)).toEqual(new Set(['unavailable', 'lost answer', 'cut']))
    expect((await exported(proxy.url, report.flow_id, 'faulty.ts')).equals(joined(undefined, files))).toBe(
      true,
    )
    await service.stop()
    await proxy.close()
  })

  it('that is stopped by Ctrl-C leaves a state that the next one goes on from', async () => {
    const service = await startService(temporaryFolder())
    const state = join(directory, 'stopped.jsonl')
    const flowId = crypto.randomUUID()
    const args = ['ingest', playlist, '--url', service.url, '--state', state, '--flow-id', flowId]
    const stopped = startCli([...args, '--concurrency', '1'])
    await some(stopped, () => segmentsOf(service.url, flowId))
    stopped.process.kill('SIGINT')
    expect(await stopped.ended).toMatchObject({ code: 130, stdout: '', stderr: 'error: interrupted\n' })
    const { segments_uploaded, segments_present } = await runCliJson<Report>(args)
    expect(segments_uploaded + segments_present).toBe(files.length)
    expect(await segmentsOf(service.url, flowId)).toHaveLength(files.length)
    await service.stop()
  })
})

/** Asks until there is something. @throws with what the command said where it ends before */
async function some<T>(running: RunningCli, ask: () => Promise<readonly T[]>): Promise<void> {
  while ((await ask()).length === 0) {
    if (running.process.exitCode !== null) throw new Error((await running.ended).stderr)
  }
}

/** The service tells its public URL, so its port must be known before. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
