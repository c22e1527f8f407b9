import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FlowSegment } from '../../contracts/resources/flow-segment.ts'
import { parseTimeRange } from '../../contracts/time/timerange.ts'
import { meets } from '../../contracts/time/timerange-algebra.ts'
import { hasFfmpeg, makeHls } from '../support/ffmpeg.ts'
import { type RunningCli, startCli } from '../support/run-cli.ts'
import { type RunningService, startService, temporaryFolder } from '../support/running-service.ts'
import { type Script, type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts'
import { segmentFiles } from '../support/segment-files.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

if (!hasFfmpeg) console.warn('SKIPPED: ffmpeg is not installed, so nothing is live')

const WINDOW = 3
const { path: directory, remove } = temporaryDirectory()
let service: RunningService
beforeAll(async () => {
  service = await startService(temporaryFolder())
})
afterAll(async () => {
  await service.stop()
  await remove()
})

/**
 * Serves media as a live stream of three segments at a time, one further each time the playlist is read. The
 * target duration is next to nothing, so that readers do not wait.
 */
function liveStream(files: readonly string[], init: string | undefined, endsAfter: number): Script {
  let readings = 0
  return ({ path }, response) => {
    const file = [...files, init].find((candidate) => candidate && path === `/${basename(candidate)}`)
    if (file) return void response.end(readFileSync(file))
    const last = Math.min(readings + 1, endsAfter)
    const first = Math.max(0, last - WINDOW)
    readings += 1
    const entries = files.slice(first, last).map((name) => `#EXTINF:0.001,\n${basename(name)}\n`)
    const map = init === undefined ? '' : `#EXT-X-MAP:URI="${basename(init)}"\n`
    const end = last === files.length && readings > last ? '#EXT-X-ENDLIST\n' : ''
    response.end(
      `#EXTM3U\n#EXT-X-TARGETDURATION:0.001\n#EXT-X-MEDIA-SEQUENCE:${first}\n${map}${entries.join('')}${end}`,
    )
  }
}

const segmentsOf = async (flowId: string): Promise<FlowSegment[]> =>
  (await (await fetch(`${service.url}/flows/${flowId}/segments?limit=1000`)).json()) as FlowSegment[]

describe.skipIf(!hasFfmpeg).each(['mpegts', 'fmp4'] as const)('a live stream of %s', (container) => {
  let files: readonly string[] = []
  let init: string | undefined
  const opened: ScriptedServer[] = []
  beforeAll(async () => {
    const folder = join(directory, container)
    const recipe = { container, seconds: 10, segmentSeconds: 1, frameRate: '25', sampleRate: 48_000 }
    const playlist = await makeHls(folder, recipe)
    files = segmentFiles(playlist)
    init = container === 'fmp4' ? join(dirname(playlist), 'init.mp4') : undefined
  })
  afterAll(async () => {
    for (const { close } of opened) await close()
  })
  const start = async (endsAfter: number) => {
    const server = await startScriptedServer(liveStream(files, init, endsAfter))
    opened.push(server)
    return server.url
  }
  const stateArgs = (name: string) => [
    '--url',
    service.url,
    '--state',
    join(directory, `${container}-${name}`),
  ]

  it('is followed to its end, and its segments meet', async () => {
    const url = await start(files.length)
    const { code, stdout, stderr } = await startCli([
      'ingest',
      `${url}live.m3u8`,
      '--follow',
      '--json',
      ...stateArgs('end'),
    ]).ended
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('left out')])
    const { flow_id, segments_uploaded } = JSON.parse(stdout)
    expect(segments_uploaded).toBe(files.length)
    const ranges = (await segmentsOf(flow_id)).map(({ timerange }) => parseTimeRange(timerange))
    expect(ranges.slice(1).every((range, index) => meets(ranges[index]!, range))).toBe(true)
  })

  it('is followed until Ctrl-C, and every segment that came is there', async () => {
    const flowId = crypto.randomUUID()
    // It stops moving after five segments, and does not end.
    const url = await start(5)
    const flags = ['--flow-id', flowId, '--json', ...stateArgs('stopped')]
    const following = startCli(['ingest', `${url}live.m3u8`, '--follow', ...flags])
    // The last one waits for its successor.
    await until(following, async () => (await segmentsOf(flowId)).length >= 4)
    following.process.kill('SIGINT')
    const { code, stdout } = await following.ended
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ segments_uploaded: 5 })])
    expect(await segmentsOf(flowId)).toHaveLength(5)
  })

  it('shows in a listing that follows the Flow', async () => {
    const flowId = crypto.randomUUID()
    const url = await start(files.length)
    const flags = ['--flow-id', flowId, ...stateArgs('listed')]
    const ingest = startCli(['ingest', `${url}live.m3u8`, '--follow', ...flags])
    await until(ingest, async () => (await fetch(`${service.url}/flows/${flowId}`)).status === 200)
    const listing = startCli([
      ...['ls', 'segments', flowId, '--url', service.url],
      ...['--follow', '--interval', '10', '--json'],
    ])
    expect((await ingest.ended).code).toBe(0)
    await lines(listing, files.length)
    listing.process.kill('SIGINT')
    const listed = await listing.ended
    const shown = listed.stdout.trim().split('\n')
    expect(listed.code).toBe(0)
    expect(shown.map((line) => JSON.parse(line).timerange)).toEqual(
      (await segmentsOf(flowId)).map(({ timerange }) => timerange),
    )
  })
})

/** Asks again and again, as long as the command runs. @throws with what it said where it ends before */
async function until(running: RunningCli, isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) {
    if (running.process.exitCode !== null) throw new Error((await running.ended).stderr)
  }
}

/** Waits until so many lines have been printed. */
async function lines(running: RunningCli, count: number): Promise<void> {
  while (running.stdout().split('\n').length <= count) await once(running.process.stdout!, 'data')
}
