import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { analyseSegment } from '../../../../../services/cli/media/analyse-segment.ts'
import type { FileRange } from '../../../../../services/cli/media/file-range.ts'
import { type InitSegment, readInitSegment } from '../../../../../services/cli/media/fmp4/init-segment.ts'
import type { MediaTrack } from '../../../../../services/cli/media/segment-media.ts'
import {
  type HlsRecipe,
  hasFfmpeg,
  makeHls,
  type ProbedStream,
  probe,
  probeWithInit,
} from '../../../../support/ffmpeg.ts'
import { temporaryDirectory } from '../../../../support/temporary-directory.ts'

if (!hasFfmpeg) console.warn('SKIPPED: ffmpeg is not installed, so no segment is measured against ffprobe')

const { path: directory, remove } = temporaryDirectory()
afterAll(remove)

const recipes: Record<string, HlsRecipe> = {
  'MPEG-TS with B-frames at 25 Hz': {
    container: 'mpegts',
    seconds: 8,
    segmentSeconds: 2,
    frameRate: '25',
    sampleRate: 48_000,
  },
  'MPEG-TS at 24000/1001 Hz': {
    container: 'mpegts',
    seconds: 6,
    segmentSeconds: 2,
    frameRate: '24000/1001',
    sampleRate: 44_100,
  },
  'MPEG-TS with video only at 30000/1001 Hz': {
    container: 'mpegts',
    seconds: 6,
    segmentSeconds: 2,
    frameRate: '30000/1001',
  },
  'MPEG-TS with audio only': { container: 'mpegts', seconds: 6, segmentSeconds: 2, sampleRate: 44_100 },
  'fMP4 with B-frames at 30000/1001 Hz': {
    container: 'fmp4',
    seconds: 8,
    segmentSeconds: 2,
    frameRate: '30000/1001',
    sampleRate: 48_000,
  },
  'fMP4 with video only at 25 Hz': { container: 'fmp4', seconds: 6, segmentSeconds: 2, frameRate: '25' },
  'fMP4 with audio only': { container: 'fmp4', seconds: 6, segmentSeconds: 2, sampleRate: 44_100 },
  'fMP4 with H.265 and AC-3': {
    container: 'fmp4',
    seconds: 4,
    segmentSeconds: 2,
    frameRate: '50',
    sampleRate: 48_000,
    options: [
      ...['-c:v', 'libx265', '-tag:v', 'hvc1', '-x265-params', 'log-level=none:bframes=2'],
      ...['-c:a', 'ac3', '-ac', '6'],
    ],
  },
  'fMP4 with Opus': {
    container: 'fmp4',
    seconds: 4,
    segmentSeconds: 2,
    sampleRate: 48_000,
    options: ['-c:a', 'libopus', '-ac', '6'],
  },
  'fMP4 with E-AC-3': {
    container: 'fmp4',
    seconds: 4,
    segmentSeconds: 2,
    sampleRate: 48_000,
    options: ['-c:a', 'eac3', '-ac', '6'],
  },
  'fMP4 with VP9': {
    container: 'fmp4',
    seconds: 2,
    segmentSeconds: 1,
    frameRate: '25',
    options: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8'],
  },
  'MPEG-TS with H.265': {
    container: 'mpegts',
    seconds: 4,
    segmentSeconds: 2,
    frameRate: '25',
    options: ['-c:v', 'libx265', '-x265-params', 'log-level=none:keyint=25:bframes=2'],
  },
  'MPEG-TS with AC-3': {
    container: 'mpegts',
    seconds: 4,
    segmentSeconds: 2,
    sampleRate: 48_000,
    options: ['-c:a', 'ac3', '-ac', '6'],
  },
  'MPEG-TS with E-AC-3': {
    container: 'mpegts',
    seconds: 4,
    segmentSeconds: 2,
    sampleRate: 48_000,
    options: ['-c:a', 'eac3', '-ac', '6'],
  },
  'MPEG-TS with MP2': {
    container: 'mpegts',
    seconds: 4,
    segmentSeconds: 2,
    sampleRate: 48_000,
    options: ['-c:a', 'mp2'],
  },
}

describe.skipIf(!hasFfmpeg).each(Object.entries(recipes))('a segment of %s', (name, recipe) => {
  let segments: readonly { tracks: readonly MediaTrack[]; probed: readonly ProbedStream[] }[] = []

  beforeAll(async () => {
    const playlist = await makeHls(join(directory, name.replaceAll(/\W/g, '-')), recipe)
    segments = await analyseAll(dirname(playlist), recipe.container)
  })

  it('has the samples, key frames and presentation times that ffprobe sees', () => {
    expect(segments.length).toBeGreaterThan(1)
    for (const { tracks, probed } of segments) {
      expect(tracks.map(measuresOf)).toEqual(probed.map(probedMeasuresOf))
      for (const [index, { format, timing }] of tracks.entries()) {
        const difference = Number(timing.last) - lastTimeOf(probed[index]!)
        // ffprobe rounds the times of audio frames behind the first of a packet in its own way.
        expect(Math.abs(difference)).toBeLessThanOrEqual(format.kind === 'video' ? 0 : 1)
      }
    }
  })

  it('has the codec, size and rates that ffprobe sees', () => {
    for (const { tracks, probed } of segments)
      expect(tracks.map(formatOf)).toEqual(probed.map(probedFormatOf))
  })

  it('ends where the next one starts, to a tick', () => {
    for (const [index, { tracks }] of segments.entries()) {
      for (const { id, timing } of tracks) {
        const next = segments[index + 1]?.tracks.find((track) => track.id === id)
        if (next) expect(Number(next.timing.start - timing.end!)).toBeOneOf([0, 1])
      }
    }
  })
})

async function analyseAll(folder: string, container: HlsRecipe['container']) {
  const files = (await readdir(folder)).filter((file) => file.startsWith('segment')).sort()
  const init = join(folder, 'init.mp4')
  const description: InitSegment | undefined =
    container === 'fmp4' ? readInitSegment(await readFile(init)) : undefined
  return Promise.all(
    files.map(async (file) => {
      const path = join(folder, file)
      const { tracks } = await analyseSegment(await wholeFile(path), description)
      return { tracks, probed: description ? await probeWithInit(init, path) : await probe(path) }
    }),
  )
}

async function wholeFile(path: string): Promise<FileRange> {
  return { path, start: 0, sizeBytes: (await stat(path)).size }
}

function measuresOf({ id, timing }: MediaTrack) {
  return {
    id,
    samples: timing.sampleCount,
    keyFrames: timing.keyFrameCount,
    timescale: timing.timescale,
    first: Number(timing.containedFrom),
  }
}

function probedMeasuresOf({ id, time_base, packets }: ProbedStream) {
  return {
    id: Number(id),
    samples: packets.length,
    keyFrames: packets.filter(({ flags }) => flags.startsWith('K')).length,
    timescale: Number(time_base.split('/')[1]),
    first: Math.min(...packets.map(({ pts }) => pts)),
  }
}

function lastTimeOf({ packets }: ProbedStream): number {
  return Math.max(...packets.map(({ pts }) => pts))
}

function formatOf({ format }: MediaTrack) {
  if (format.kind === 'audio') {
    const { codec, sampleRate, channels } = format
    return { codec, sampleRate, channels }
  }
  const { codec, width, height, frameRate } = format
  return { codec, width, height, rate: `${frameRate?.numerator}/${frameRate?.denominator}` }
}

const MIME_TYPES: Record<string, string> = {
  h264: 'video/h264',
  hevc: 'video/h265',
  aac: 'audio/aac',
  ac3: 'audio/ac3',
  eac3: 'audio/eac3',
  mp2: 'audio/mpeg',
  opus: 'audio/opus',
  vp9: 'video/vp9',
}

function probedFormatOf(stream: ProbedStream) {
  const codec = MIME_TYPES[stream.codec_name]
  if (stream.codec_type === 'audio')
    return { codec, sampleRate: Number(stream.sample_rate), channels: stream.channels }
  return { codec, width: stream.width, height: stream.height, rate: stream.r_frame_rate }
}
