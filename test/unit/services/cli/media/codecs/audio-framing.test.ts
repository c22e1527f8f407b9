import { describe, expect, it } from 'vitest'
import { AC3 } from '../../../../../../services/cli/media/codecs/ac3.ts'
import { ADTS } from '../../../../../../services/cli/media/codecs/adts.ts'
import { MPEG_AUDIO } from '../../../../../../services/cli/media/codecs/mpeg-audio.ts'

const bytes = (hexadecimal: string) => Buffer.from(hexadecimal.replaceAll(' ', ''), 'hex')

describe('an ADTS header', () => {
  it('tells size, rate, channels and object type', () => {
    expect(ADTS.readHeader(bytes('fff1 4c80 2e7f fc'), 0)).toEqual({
      sizeBytes: 371,
      sampleCount: 1024,
      format: {
        kind: 'audio',
        codec: 'audio/aac',
        sampleRate: 48_000,
        channels: 2,
        codedFrameSize: 1024,
        mpeg4ObjectType: 2,
      },
    })
  })

  it('counts the blocks of a frame', () => {
    expect(ADTS.readHeader(bytes('fff1 4c80 2e7f fd'), 0)?.sampleCount).toBe(2048)
  })

  it.each(['0000 0000 0000 00', 'fff7 4c80 2e7f fc', 'fff1 7c80 2e7f fc', 'fff1 4c80 007f fc'])(
    'is not %s',
    (text) => {
      expect(ADTS.readHeader(bytes(text), 0)).toBeUndefined()
    },
  )
})

describe('an MPEG audio header', () => {
  it.each([
    ['layer II of 192 kbit/s at 48 kHz', 'fffd a404', 576, 1152, 48_000, 2],
    ['layer III of 128 kbit/s at 44.1 kHz, padded', 'fffb 9200', 418, 1152, 44_100, 2],
    ['MPEG-2 layer III of 64 kbit/s at 24 kHz, mono', 'fff3 84c0', 192, 576, 24_000, 1],
    ['layer I of 192 kbit/s at 32 kHz', 'ffff 6800', 288, 384, 32_000, 2],
  ])('tells of %s', (_, text, sizeBytes, sampleCount, sampleRate, channels) => {
    const header = MPEG_AUDIO.readHeader(bytes(text), 0)
    expect(header).toMatchObject({ sizeBytes, sampleCount, format: { sampleRate, channels } })
  })

  it.each(['fffd f404', 'fffd 0404', 'fffd ac04', 'ff0d a404'])('is not %s', (text) => {
    expect(MPEG_AUDIO.readHeader(bytes(text), 0)).toBeUndefined()
  })
})

describe('an AC-3 header', () => {
  it.each([
    ['5.1 of 384 kbit/s at 48 kHz', '0b77 0000 1c40 e100', 1536, 48_000, 6],
    ['stereo of 192 kbit/s at 44.1 kHz, padded', '0b77 0000 5540 4000', 836, 44_100, 2],
  ])('tells of %s', (_, text, sizeBytes, sampleRate, channels) => {
    const header = AC3.readHeader(bytes(text), 0)
    expect(header).toMatchObject({ sizeBytes, sampleCount: 1536, format: { sampleRate, channels } })
  })

  it.each([
    ['5.1 at 48 kHz', '0b77 02ff 3f80 0000', 1536, 1536, 48_000, 6],
    ['stereo of three blocks at 44.1 kHz', '0b77 00ff 6480 0000', 512, 768, 44_100, 2],
    ['stereo at half of 48 kHz', '0b77 00ff c480 0000', 512, 1536, 24_000, 2],
    ['more channels for the frame before', '0b77 40ff 3480 0000', 512, 0, 48_000, 2],
  ])('of Enhanced AC-3 tells of %s', (_, text, sizeBytes, sampleCount, sampleRate, channels) => {
    const header = AC3.readHeader(bytes(text), 0)
    expect(header).toMatchObject({
      sizeBytes,
      sampleCount,
      format: { codec: 'audio/eac3', sampleRate, channels },
    })
  })

  it.each(['0b78 0000 1c40 e100', '0b77 0000 dc40 e100', '0b77 02ff 3fff 0000'])('is not %s', (text) => {
    expect(AC3.readHeader(bytes(text), 0)).toBeUndefined()
  })
})
