import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Flow } from '../../contracts/resources/flow.ts'
import type { FlowSegment } from '../../contracts/resources/flow-segment.ts'
import { formatTimeRange, parseTimeRange } from '../../contracts/time/timerange.ts'
import { extentOf, meets, shiftRange } from '../../contracts/time/timerange-algebra.ts'
import { parseTimestamp, subtractTimestamps } from '../../contracts/time/timestamp.ts'
import { timestampOfTicks } from '../../services/cli/media/ticks.ts'
import {
  type HlsRecipe,
  hasFfmpeg,
  makeHls,
  type ProbedStream,
  probe,
  probeWithInit,
} from '../support/ffmpeg.ts'
import { runCli, runCliJson } from '../support/run-cli.ts'
import { type RunningService, startService, temporaryFolder } from '../support/running-service.ts'
import { joined, segmentFiles } from '../support/segment-files.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

if (!hasFfmpeg) console.warn('SKIPPED: ffmpeg is not installed, so no media goes round')

type Report = {
  readonly flow_id: string
  readonly members: readonly { readonly flow_id: string }[]
  readonly segments_uploaded: number
  readonly segments_present: number
  readonly timerange: string
}

const { path: directory, remove } = temporaryDirectory()
let service: RunningService
beforeAll(async () => {
  service = await startService(temporaryFolder())
})
afterAll(async () => {
  await service.stop()
  await remove()
})

const ask = async <T>(path: string): Promise<T> => (await fetch(`${service.url}${path}`)).json() as Promise<T>
const segmentsOf = (flowId: string) =>
  ask<FlowSegment[]>(`/flows/${flowId}/segments?limit=1000&include_object_timerange=true`)
const bytesAt = async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer())
const rangeOf = ({ timerange }: Pick<FlowSegment, 'timerange'>) => parseTimeRange(timerange)

const recipes: Record<string, HlsRecipe> = {
  'MPEG-TS at 25 Hz with B-frames and AAC': {
    container: 'mpegts',
    seconds: 30,
    segmentSeconds: 4,
    frameRate: '25',
    sampleRate: 48_000,
  },
  'fMP4 at 30000/1001 Hz with B-frames and AAC': {
    container: 'fmp4',
    seconds: 30,
    segmentSeconds: 4,
    frameRate: '30000/1001',
    sampleRate: 48_000,
  },
  'MPEG-TS at 24000/1001 Hz, video only': {
    container: 'mpegts',
    seconds: 12,
    segmentSeconds: 2,
    frameRate: '24000/1001',
  },
  'fMP4 with AAC at 44.1 kHz, audio only': {
    container: 'fmp4',
    seconds: 12,
    segmentSeconds: 2,
    sampleRate: 44_100,
  },
}

describe.skipIf(!hasFfmpeg).each(Object.entries(recipes))('%s', (name, recipe) => {
  const folder = join(directory, name.replaceAll(/\W+/g, '-'))
  const isFragmented = recipe.container === 'fmp4'
  let playlist = ''
  let files: readonly string[] = []
  let report: Report
  let segments: readonly FlowSegment[] = []
  const init = () => (isFragmented ? join(dirname(playlist), 'init.mp4') : undefined)
  const probeSegment = (path: string) => (isFragmented ? probeWithInit(init() ?? '', path) : probe(path))

  beforeAll(async () => {
    playlist = await makeHls(folder, recipe)
    files = segmentFiles(playlist)
    report = await runCliJson<Report>(['ingest', playlist, '--url', service.url, '--label', name])
    segments = await segmentsOf(report.flow_id)
  })

  it('is stored byte by byte', async () => {
    expect(report.segments_uploaded).toBe(files.length)
    expect(segments).toHaveLength(files.length)
    for (const [index, { get_urls = [], init_object }] of segments.entries()) {
      expect((await bytesAt(get_urls[0]!.url)).equals(readFileSync(files[index]!))).toBe(true)
      expect(init_object !== undefined).toBe(isFragmented)
    }
    const inits = new Map(
      segments.map(({ init_object: object }) => [object?.object_id, object?.get_urls?.[0]?.url]),
    )
    expect(inits.size).toBe(1)
    for (const url of inits.values()) {
      if (url !== undefined) expect((await bytesAt(url)).equals(readFileSync(init()!))).toBe(true)
    }
  })

  it('has segments that start on their first sample, and meet', async () => {
    for (const [index, segment] of segments.entries()) {
      const stream = mainStream(await probeSegment(files[index]!))
      const [first, last] = [timeOf(stream, Math.min), timeOf(stream, Math.max)]
      const range = rangeOf(segment)
      if (range.kind === 'empty' || !range.start || !range.end) throw new Error('a segment without bounds')
      expect(range.start).toEqual({ at: first, inclusive: true })
      expect(segment.last_duration && parseTimestamp(segment.last_duration)).toEqual(
        // ffprobe rounds times of audio frames in its own way.
        recipe.frameRate ? subtractTimestamps(range.end.at, last) : expect.anything(),
      )
      const next = segments[index + 1]
      if (next) expect(meets(range, rangeOf(next))).toBe(true)
      if (recipe.frameRate) expect(segment.key_frame_count).toBe(keyFramesOf(stream))
    }
    expect(report.timerange).toBe(formatTimeRange(extentOf(segments.map(rangeOf))))
  })

  it('is described as ffprobe sees it', async () => {
    const probed = await probeSegment(files[0]!)
    const flow = await ask<Flow>(`/flows/${report.flow_id}`)
    const members = await Promise.all(report.members.map(({ flow_id }) => ask<Flow>(`/flows/${flow_id}`)))
    expect(flow.container).toBe(isFragmented ? 'video/iso.segment' : 'video/mp2t')
    expect(flow.flow_collection?.map(({ id }) => id)).toEqual(
      members.length > 0 ? members.map(({ id }) => id) : undefined,
    )
    expect((members.length > 0 ? members : [flow]).map(technicalOf)).toEqual(probed.map(probedTechnicalOf))
  })

  it('is not stored again', async () => {
    const again = await runCliJson<Report>(['ingest', playlist, '--url', service.url])
    expect(again).toMatchObject({
      flow_id: report.flow_id,
      segments_uploaded: 0,
      segments_present: files.length,
      timerange: report.timerange,
    })
    expect(await segmentsOf(report.flow_id)).toHaveLength(files.length)
  })

  it('is not stored again where only the service remembers it', async () => {
    const state = join(folder, 'other-state.jsonl')
    const args = ['ingest', playlist, '--url', service.url, '--state', state, '--flow-id', report.flow_id]
    expect(await runCliJson<Report>(args)).toMatchObject({
      segments_uploaded: 0,
      segments_present: files.length,
    })
  })

  it('comes out with the frames and times it went in with', async () => {
    const output = join(folder, `out${isFragmented ? '.mp4' : '.ts'}`)
    // From within the second segment to within the third.
    const range = formatTimeRange({
      kind: 'range',
      start: middleOf(segments[1]!),
      end: middleOf(segments[2]!),
    })
    const { code, stderr } = await runCli([
      ...['export', report.flow_id, '--url', service.url],
      ...['--timerange', range, '-o', output],
    ])
    expect([code, stderr]).toEqual([0, expect.stringContaining('2 segments')])
    expect(readFileSync(output).equals(joined(init(), files.slice(1, 3)))).toBe(true)
    const [second = [], third = []] = await Promise.all(files.slice(1, 3).map(probeSegment))
    const exported = await probe(output)
    expect(exported.map(framesOf)).toEqual(
      second.map((stream, index) => [...framesOf(stream), ...framesOf(third[index]!)]),
    )
  })

  it('may start anywhere on the timeline, to the nanosecond', async () => {
    const state = join(folder, 'moved.jsonl')
    const start = parseTimestamp('1694429247:123456789')
    const args = ['--start', '1694429247:123456789', '--state', state, '--url', service.url]
    const moved = await runCliJson<Report>(['ingest', playlist, ...args])
    const placed = await segmentsOf(moved.flow_id)
    const first = rangeOf(segments[0]!)
    const origin = first.kind === 'range' && first.start ? first.start.at : start
    for (const [index, segment] of placed.entries()) {
      const original = rangeOf(segments[index]!)
      const offset = subtractTimestamps(start, origin)
      expect(rangeOf(segment)).toEqual(shiftRange(original, offset))
      expect(segment.ts_offset && parseTimestamp(segment.ts_offset)).toEqual(offset)
      expect(segment.object_timerange).toBe(formatTimeRange(original))
    }
  })
})

function mainStream(streams: readonly ProbedStream[]): ProbedStream {
  return streams.find(({ codec_type }) => codec_type === 'video') ?? streams[0]!
}

function timeOf({ packets, time_base }: ProbedStream, pick: (...times: number[]) => number) {
  const ticks = pick(...packets.map(({ pts }) => pts))
  return timestampOfTicks(BigInt(ticks), Number(time_base.split('/')[1]))
}

function keyFramesOf({ packets }: ProbedStream): number {
  return packets.filter(({ flags }) => flags.startsWith('K')).length
}

function framesOf({ packets }: ProbedStream) {
  return packets.map(({ pts, flags, data_hash }) => ({ pts, flags, data_hash }))
}

function middleOf(segment: FlowSegment) {
  const range = rangeOf(segment)
  if (range.kind === 'empty' || !range.start) throw new Error('a segment without start')
  const { seconds, nanoseconds } = range.start.at
  return { at: { seconds: seconds + 1, nanoseconds }, inclusive: true }
}

function technicalOf(flow: Flow) {
  if (flow.format === 'urn:x-nmos:format:video') {
    const { frame_width, frame_height, frame_rate, avc_parameters } = flow.essence_parameters
    const rate = `${frame_rate?.numerator}/${frame_rate?.denominator}`
    return { codec: flow.codec, size: [frame_width, frame_height], rate, level: avc_parameters?.level }
  }
  if (flow.format !== 'urn:x-nmos:format:audio') return flow.format
  const { sample_rate, channels } = flow.essence_parameters
  return { codec: flow.codec, sample_rate, channels }
}

function probedTechnicalOf({ codec_type, width, height, r_frame_rate, level, ...audio }: ProbedStream) {
  return codec_type === 'video'
    ? { codec: 'video/h264', size: [width, height], rate: r_frame_rate, level }
    : { codec: 'audio/aac', sample_rate: Number(audio.sample_rate), channels: audio.channels }
}
