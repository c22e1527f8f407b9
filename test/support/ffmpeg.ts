import { execFile, execFileSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const OUTPUT_BYTES = 256 * 1024 * 1024

/** Whether real media can be made and measured here. Without it, tests that need it say that they are skipped. */
export const hasFfmpeg = ['ffmpeg', 'ffprobe'].every((tool) => {
  try {
    execFileSync(tool, ['-version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})

export type HlsRecipe = {
  readonly container: 'mpegts' | 'fmp4'
  readonly seconds: number
  readonly segmentSeconds: number
  /** ffmpeg's words, e.g. `30000/1001`; undefined for no video. */
  readonly frameRate?: string
  /** Hz; undefined for no audio. */
  readonly sampleRate?: number
  /** Further output options. */
  readonly options?: readonly string[]
}

/** Makes a test pattern with B-frames and a sine tone, as HLS. @returns the path of its playlist */
export async function makeHls(directory: string, recipe: HlsRecipe): Promise<string> {
  const { container, seconds, segmentSeconds, frameRate, sampleRate, options = [] } = recipe
  await mkdir(directory, { recursive: true })
  const extension = container === 'mpegts' ? 'ts' : 'm4s'
  const playlist = join(directory, 'index.m3u8')
  await run('ffmpeg', [
    ...['-v', 'error', '-nostdin'],
    ...(frameRate ? ['-f', 'lavfi', '-i', `testsrc2=size=320x180:rate=${frameRate}`] : []),
    ...(sampleRate ? ['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=${sampleRate}`] : []),
    ...['-t', String(seconds)],
    ...(frameRate ? ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-pix_fmt', 'yuv420p'] : []),
    ...(frameRate ? ['-force_key_frames', `expr:gte(t,n_forced*${segmentSeconds / 2})`] : []),
    ...(frameRate ? ['-b_strategy', '0', '-sc_threshold', '0'] : []),
    ...(sampleRate ? ['-c:a', 'aac', '-b:a', '96k'] : []),
    ...options,
    ...['-f', 'hls', '-hls_time', String(segmentSeconds), '-hls_playlist_type', 'vod'],
    ...['-hls_segment_type', container],
    ...['-hls_segment_filename', join(directory, `segment%03d.${extension}`), playlist],
  ])
  return playlist
}

export type ProbedStream = {
  readonly codec_name: string
  readonly codec_type: 'video' | 'audio'
  readonly id: string
  readonly width?: number
  readonly height?: number
  readonly level?: number
  readonly r_frame_rate: string
  readonly sample_rate?: string
  readonly channels?: number
  readonly time_base: string
  readonly pix_fmt?: string
  readonly sample_aspect_ratio?: string
  readonly field_order?: string
  readonly color_primaries?: string
  readonly color_transfer?: string
  readonly packets: readonly ProbedPacket[]
}
export type ProbedPacket = {
  readonly pts: number
  readonly duration?: number
  readonly flags: string
  readonly data_hash?: string
}

/** What ffprobe sees in a file, stream by stream; packets in decoding order. */
export async function probe(path: string): Promise<readonly ProbedStream[]> {
  const { stdout } = await run(
    'ffprobe',
    ['-v', 'error', '-show_streams', '-show_packets', '-show_data_hash', 'sha256', '-of', 'json', path],
    { maxBuffer: OUTPUT_BYTES },
  )
  const found = JSON.parse(stdout) as {
    streams: (Omit<ProbedStream, 'packets'> & { index: number })[]
    packets: (ProbedPacket & { stream_index: number })[]
  }
  return found.streams.map((stream) => ({
    ...stream,
    packets: found.packets.filter(({ stream_index }) => stream_index === stream.index),
  }))
}

/** What ffprobe sees in a segment which needs an initialisation segment in front of it. */
export async function probeWithInit(init: string, segment: string): Promise<readonly ProbedStream[]> {
  const whole = `${segment}.whole.mp4`
  await writeFile(whole, Buffer.concat([await readFile(init), await readFile(segment)]))
  return probe(whole)
}
