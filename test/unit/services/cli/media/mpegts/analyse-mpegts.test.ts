import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { analyseMpegTs } from '../../../../../../services/cli/media/mpegts/analyse-mpegts.ts'
import { hasFfmpeg, makeHls } from '../../../../../support/ffmpeg.ts'
import { temporaryDirectory } from '../../../../../support/temporary-directory.ts'

if (!hasFfmpeg) console.warn('SKIPPED: ffmpeg is not installed, so no transport stream is read')

const PACKET_BYTES = 188
const PERIOD = 2n ** 33n
const { path: directory, remove } = temporaryDirectory()
afterAll(remove)

async function* chunks(bytes: Uint8Array, length = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

describe.skipIf(!hasFfmpeg)('a transport stream', () => {
  let segment = Buffer.alloc(0)
  beforeAll(async () => {
    const playlist = await makeHls(join(directory, 'plain'), {
      container: 'mpegts',
      seconds: 2,
      segmentSeconds: 2,
      frameRate: '25',
      sampleRate: 48_000,
    })
    segment = await readFile(join(playlist, '../segment000.ts'))
  })
  const timings = async (bytes: AsyncIterable<Uint8Array>) =>
    (await analyseMpegTs(bytes)).tracks.map(({ id, timing }) => ({ id, timing }))

  it('is the same however its bytes are cut', async () => {
    const whole = await timings(chunks(segment))
    expect(whole.map(({ timing }) => timing.sampleCount)).toEqual([50, 95])
    for (const length of [1, 100, 188, 1000]) expect(await timings(chunks(segment, length))).toEqual(whole)
  })

  it('is found again after bytes that do not belong to it', async () => {
    const whole = await timings(chunks(segment))
    const tables = segment.subarray(0, 3 * PACKET_BYTES)
    const rubbish = Buffer.concat([tables, Buffer.from([0x47, 1, 2, 3]), segment])
    expect(await timings(chunks(rubbish))).toEqual(whole)
  })

  it('may repeat a packet', async () => {
    const whole = await timings(chunks(segment))
    const packets = Array.from({ length: segment.length / PACKET_BYTES }, (_, index) =>
      segment.subarray(index * PACKET_BYTES, (index + 1) * PACKET_BYTES),
    )
    expect(await timings(chunks(Buffer.concat(packets.flatMap((packet) => [packet, packet]))))).toEqual(whole)
  })

  it('counts on where its 33-bit times begin again', async () => {
    const playlist = await makeHls(join(directory, 'wrap'), {
      container: 'mpegts',
      seconds: 4,
      segmentSeconds: 4,
      frameRate: '25',
      sampleRate: 48_000,
      // Two seconds before 2^33 / 90000 s.
      options: ['-output_ts_offset', '95440.3'],
    })
    const path = join(playlist, '../segment000.ts')
    const media = await analyseMpegTs(chunks(await readFile(path)))
    expect((await stat(path)).size).toBeGreaterThan(0)
    for (const { timing, format } of media.tracks) {
      expect(timing.start).toBeLessThan(PERIOD)
      expect(timing.last).toBeGreaterThan(PERIOD)
      if (format.kind === 'video') expect(timing.last - timing.start).toBe(99n * 3600n)
    }
  })

  it('is refused where it is scrambled', async () => {
    const scrambled = Buffer.from(segment)
    scrambled[3] = (scrambled[3] ?? 0) | 0x80
    await expect(analyseMpegTs(chunks(scrambled))).rejects.toThrow('the transport stream is scrambled')
  })

  it('is refused where it has no program', async () => {
    const withoutTables = segment.subarray(3 * PACKET_BYTES, 20 * PACKET_BYTES)
    await expect(analyseMpegTs(chunks(withoutTables))).rejects.toThrow('no program was found')
  })

  it('is refused where nothing in it can be described', async () => {
    const onlyTables = segment.subarray(0, 3 * PACKET_BYTES)
    await expect(analyseMpegTs(chunks(onlyTables))).rejects.toThrow('no video or audio in it')
  })
})
