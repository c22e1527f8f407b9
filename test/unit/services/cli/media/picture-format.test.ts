import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { analyseSegment } from '../../../../../services/cli/media/analyse-segment.ts'
import type { VideoFormat } from '../../../../../services/cli/media/segment-media.ts'
import { hasFfmpeg, makeHls, type ProbedStream, probe } from '../../../../support/ffmpeg.ts'
import { temporaryDirectory } from '../../../../support/temporary-directory.ts'

if (!hasFfmpeg) console.warn('SKIPPED: ffmpeg is not installed, so no picture format is read from real media')

const { path: directory, remove } = temporaryDirectory()
afterAll(remove)

const HD_COLOUR = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709']
const encodings: Record<string, readonly string[]> = {
  'a size that is no multiple of 16': ['-s', '322x182'],
  'pixels that are not square': ['-vf', 'scale=352:288,setsar=16/11'],
  'pixels of a ratio with no code': ['-vf', 'setsar=7/5'],
  '10 bits, 4:2:2': ['-pix_fmt', 'yuv422p10le'],
  '4:4:4': ['-pix_fmt', 'yuv444p'],
  'field coding': ['-vf', 'scale=720:576', '-flags', '+ilme+ildct', '-top', '1'],
  'colours of BT.709': HD_COLOUR,
  'colours of BT.2100 PQ': [
    '-pix_fmt',
    'yuv420p10le',
    '-color_primaries',
    'bt2020',
    '-color_trc',
    'smpte2084',
  ],
  'the baseline profile': ['-profile:v', 'baseline', '-bf', '0'],
  'scaling lists': ['-x264-params', 'cqm=jvt'],
  'H.265 of an odd size': ['-c:v', 'libx265', '-x265-params', 'log-level=none', '-s', '326x182'],
  'H.265 with 10 bits': ['-c:v', 'libx265', '-x265-params', 'log-level=none', '-pix_fmt', 'yuv420p10le'],
}

describe.skipIf(!hasFfmpeg)('the picture format', () => {
  it.each(Object.entries(encodings))('is what ffprobe sees, with %s', async (name, options) => {
    const folder = join(directory, name.replaceAll(/\W/g, '-'))
    const recipe = { container: 'mpegts', seconds: 1, segmentSeconds: 1, frameRate: '25', options } as const
    await makeHls(folder, recipe)
    const path = join(folder, 'segment000.ts')
    const media = await analyseSegment({ path, start: 0, sizeBytes: (await stat(path)).size }, undefined)
    const format = media.tracks[0]?.format
    const [probed] = await probe(path)
    if (format?.kind !== 'video' || !probed) throw new Error('there is no video')
    expect(seen(format)).toEqual(probedOf(probed, format))
  })
})

const COLORSPACES: Record<string, string> = { bt709: 'BT709', bt2020: 'BT2100' }
const TRANSFERS: Record<string, string> = { bt709: 'SDR', smpte2084: 'PQ' }

function seen({ width, height, picture }: VideoFormat) {
  const { pixelAspectRatio: pixel, chromaSubsampling: chroma } = picture
  return {
    width,
    height,
    bitDepth: picture.bitDepth,
    chroma: chroma ? `${chroma.horizontal}x${chroma.vertical}` : 'none',
    pixel: pixel && `${pixel.numerator}:${pixel.denominator}`,
    isProgressive: picture.isProgressive,
    colorspace: picture.colorspace,
    transfer: picture.transferCharacteristic,
  }
}

/** H.265's colours and ratios come after what is read of it; where fields may be, nothing is claimed. */
function probedOf(stream: ProbedStream, { codec }: VideoFormat) {
  const { width, height, pix_fmt = '', sample_aspect_ratio, field_order } = stream
  const isH264 = codec === 'video/h264'
  return {
    width,
    height,
    bitDepth: pix_fmt.includes('10') ? 10 : 8,
    chroma: { 420: '2x2', 422: '2x1', 444: '1x1' }[/4\d\d/.exec(pix_fmt)?.[0] ?? ''] ?? 'none',
    pixel: isH264 ? sample_aspect_ratio : undefined,
    isProgressive: (isH264 && field_order === 'progressive') || undefined,
    colorspace: isH264 ? COLORSPACES[stream.color_primaries ?? ''] : undefined,
    transfer: isH264 ? TRANSFERS[stream.color_transfer ?? ''] : undefined,
  }
}
