import { describe, expect, it } from 'vitest'
import { bitReader } from '../../../../../../services/cli/media/codecs/bit-reader.ts'
import {
  nalUnitStarts,
  withoutEmulationPrevention,
} from '../../../../../../services/cli/media/codecs/nal-units.ts'

const bits = (text: string) => {
  const padded = text.replaceAll(' ', '').padEnd(Math.ceil(text.length / 8) * 8, '0')
  return bitReader(Uint8Array.from(padded.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2)))
}

describe('reading bits', () => {
  it('reads the most significant bit first, up to 32 at once', () => {
    const reader = bitReader(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xa0))
    expect([reader.bits(32), reader.flag(), reader.bits(3)]).toEqual([0xffffffff, true, 2])
  })

  it('reads Exp-Golomb codes as H.264 table 9-2 has them', () => {
    const reader = bits('1 010 011 00100 00101 0001000')
    expect(Array.from({ length: 6 }, () => reader.unsignedGolomb())).toEqual([0, 1, 2, 3, 4, 7])
  })

  it('reads signed Exp-Golomb codes as H.264 table 9-3 has them', () => {
    const reader = bits('1 010 011 00100 00101')
    expect(Array.from({ length: 5 }, () => reader.signedGolomb())).toEqual([0, 1, -1, 2, -2])
  })

  it('throws where there is nothing left, or where a code has no end', () => {
    expect(() => bitReader(new Uint8Array(0)).flag()).toThrow(RangeError)
    expect(() => bitReader(new Uint8Array(8)).unsignedGolomb()).toThrow(RangeError)
  })
})

describe('NAL units', () => {
  it('begin after start codes of three or four bytes', () => {
    const stream = Uint8Array.of(0, 0, 0, 1, 9, 16, 0, 0, 1, 0x67, 1, 0, 1, 0, 0, 1)
    expect([...nalUnitStarts(stream)]).toEqual([4, 9])
  })

  it('lose the bytes that keep start codes from appearing in them', () => {
    const unit = Uint8Array.of(7, 0, 0, 3, 1, 0, 0, 3, 0, 0, 3, 3)
    expect([...withoutEmulationPrevention(unit)]).toEqual([7, 0, 0, 1, 0, 0, 0, 0, 3])
  })
})
