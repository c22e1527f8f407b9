import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { analyseFragmentedMp4 } from '../../../../../../services/cli/media/fmp4/analyse-fmp4.ts'
import { readInitSegment } from '../../../../../../services/cli/media/fmp4/init-segment.ts'
import { hasFfmpeg, makeHls, probe } from '../../../../../support/ffmpeg.ts'
import { temporaryDirectory } from '../../../../../support/temporary-directory.ts'

if (!hasFfmpeg) console.warn('SKIPPED: ffmpeg is not installed, so no fragmented MP4 is read')

const { path: directory, remove } = temporaryDirectory()
afterAll(remove)

const whole = (path: string) => ({ path, start: 0, sizeBytes: statSync(path).size })

describe.skipIf(!hasFfmpeg)('a fragmented MP4', () => {
  let init = ''
  let segment = ''
  beforeAll(async () => {
    const folder = join(directory, 'hls')
    await makeHls(folder, {
      container: 'fmp4',
      seconds: 4,
      segmentSeconds: 2,
      frameRate: '25',
      sampleRate: 48_000,
    })
    init = join(folder, 'init.mp4')
    segment = join(folder, 'segment001.m4s')
  })
  const description = () => readInitSegment(readFileSync(init))

  it('leaves encoder priming out of what is presented, as its edit list says', async () => {
    mkdirSync(join(directory, 'priming'))
    const path = join(directory, 'priming/whole.mp4')
    makeSelfInitialising(path)
    const { tracks } = await analyseFragmentedMp4(whole(path), undefined)
    const probed = await probe(path)
    expect(tracks.map(({ timing }) => Number(timing.containedFrom))).toEqual(
      probed.map(({ packets }) => Math.min(...packets.map(({ pts }) => pts))),
    )
    const audio = tracks.find(({ format }) => format.kind === 'audio')
    expect(audio?.timing).toMatchObject({ containedFrom: -1024n, start: 0n })
    const video = tracks.find(({ format }) => format.kind === 'video')
    expect(video?.timing).toMatchObject({ containedFrom: 0n, start: 0n })
  })

  it('keeps decoding times of 64 bits exact', async () => {
    const path = join(directory, 'late.m4s')
    const late = 2n ** 53n + 1n
    writeFileSync(path, withDecodingTime(readFileSync(segment), late))
    const early = await analyseFragmentedMp4(whole(segment), description())
    const { tracks } = await analyseFragmentedMp4(whole(path), description())
    const shift = tracks[0]!.timing.start - early.tracks[0]!.timing.start
    const [track] = description().tracks
    expect(shift + firstDecodingTime(readFileSync(segment))).toBe(late)
    expect(track?.id).toBe(tracks[0]?.id)
  })

  it('is read from the middle of a longer file', async () => {
    const path = join(directory, 'all.mp4')
    const [head, body] = [readFileSync(init), readFileSync(segment)]
    writeFileSync(path, Buffer.concat([head, body, body]))
    const range = { path, start: head.length, sizeBytes: body.length }
    const alone = await analyseFragmentedMp4(whole(segment), description())
    expect(await analyseFragmentedMp4(range, description())).toEqual(alone)
  })

  it('is refused without the initialisation segment it needs', async () => {
    await expect(analyseFragmentedMp4(whole(segment), undefined)).rejects.toThrow('no initialisation segment')
  })

  it('is refused where it was cut short', async () => {
    const path = join(directory, 'cut.m4s')
    writeFileSync(path, readFileSync(segment))
    truncateSync(path, 5000)
    await expect(analyseFragmentedMp4(whole(path), description())).rejects.toThrow('it ends inside a box')
  })

  it('is refused where it is not fragmented', () => {
    const path = join(directory, 'progressive.mp4')
    execFileSync('ffmpeg', ['-v', 'error', '-i', init, '-c', 'copy', path], { stdio: 'ignore' })
    expect(() => readInitSegment(readFileSync(path))).toThrow('the MP4 is not fragmented')
  })

  it('is refused where its initialisation segment is something else', () => {
    expect(() => readInitSegment(readFileSync(segment))).toThrow('has no moov box')
    const captions = Buffer.from('WEBVTT\n\n00:00.000 --> 00:01.000\nhello')
    expect(() => readInitSegment(captions)).toThrow('is no MP4 at all')
  })
})

function makeSelfInitialising(path: string): void {
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25'],
    ...['-f', 'lavfi', '-i', 'sine=sample_rate=48000', '-t', '2'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-c:a', 'aac'],
    ...['-movflags', '+frag_keyframe+empty_moov+delay_moov+default_base_moof', path],
  ])
}

function timeBox(segment: Buffer): number {
  const at = segment.indexOf('tfdt', 0, 'latin1')
  if (segment[at + 4] !== 1) throw new Error('the box has no 64 bits')
  return at + 8
}

function firstDecodingTime(segment: Buffer): bigint {
  return segment.readBigUInt64BE(timeBox(segment))
}

function withDecodingTime(segment: Buffer, time: bigint): Buffer {
  segment.writeBigUInt64BE(time, timeBox(segment))
  return segment
}
