import { describe, expect, it } from 'vitest'
import {
  chooseVariant,
  type MediaPlaylist,
  readPlaylist,
  type Variant,
} from '../../../../../services/cli/media/hls-playlist.ts'

const URL_OF_LIST = new URL('https://media.example.com/live/index.m3u8?token=secret')

function readMedia(lines: readonly string[]): MediaPlaylist {
  const read = readPlaylist(['#EXTM3U', '#EXT-X-TARGETDURATION:4', ...lines, ''].join('\n'), URL_OF_LIST)
  if (read.kind !== 'media') throw new Error('no media playlist')
  return read.playlist
}

describe('a media playlist', () => {
  it('names segments relative to itself', () => {
    const { segments, isEnded, targetDurationSeconds } = readMedia([
      '#EXTINF:3.84,',
      'a/1.ts',
      '#EXT-X-ENDLIST',
    ])
    expect(segments.map(({ media }) => media.url.href)).toEqual(['https://media.example.com/live/a/1.ts'])
    expect({ isEnded, targetDurationSeconds }).toEqual({ isEnded: true, targetDurationSeconds: 4 })
  })

  it('has byte ranges that go on where the last one ended, and initialisation segments', () => {
    const { segments } = readMedia([
      '#EXT-X-MAP:URI="all.mp4",BYTERANGE="1300@0"',
      '#EXTINF:4,',
      '#EXT-X-BYTERANGE:1000@1300',
      'all.mp4',
      '#EXTINF:4,',
      '#EXT-X-BYTERANGE:500',
      'all.mp4',
    ])
    expect(segments.map(({ media }) => media.range)).toEqual([
      { offset: 1300, length: 1000 },
      { offset: 2300, length: 500 },
    ])
    expect(segments.map(({ init }) => init?.range)).toEqual([
      { offset: 0, length: 1300 },
      { offset: 0, length: 1300 },
    ])
  })

  it('keeps the keys of segments while it moves on, and writes no query into them', () => {
    const early = readMedia(['#EXT-X-MEDIA-SEQUENCE:7', '#EXTINF:4,', '7.ts?t=1', '#EXTINF:4,', '8.ts?t=1'])
    const later = readMedia(['#EXT-X-MEDIA-SEQUENCE:8', '#EXTINF:4,', '8.ts?t=2', '#EXTINF:4,', '9.ts?t=2'])
    expect(early.segments.map(({ key }) => key)).toEqual(['7 7.ts', '8 8.ts'])
    expect(later.segments.map(({ key }) => key)).toEqual(['8 8.ts', '9 9.ts'])
  })

  it('counts discontinuities, and leaves out gaps', () => {
    const { segments } = readMedia([
      '#EXTINF:4,',
      '1.ts',
      '#EXT-X-GAP',
      '#EXTINF:4,',
      '2.ts',
      '#EXT-X-DISCONTINUITY',
      '#EXTINF:4,',
      '3.ts',
    ])
    expect(segments.map(({ key, discontinuity }) => [key, discontinuity])).toEqual([
      ['0 1.ts', 0],
      ['2 3.ts', 1],
    ])
  })

  it('aims at its longest segment where it does not say at what', () => {
    const read = readPlaylist('#EXTM3U\n#EXTINF:3.2,\n1.ts\n#EXTINF:4.7,\n2.ts\n', URL_OF_LIST)
    expect(read.kind === 'media' && read.playlist.targetDurationSeconds).toBe(5)
  })

  it('is refused where its segments are encrypted', () => {
    const lines = ['#EXT-X-KEY:METHOD=AES-128,URI="k"', '#EXTINF:4,', '1.ts']
    expect(() => readMedia(lines)).toThrow('segment 1.ts is encrypted (AES-128)')
  })

  it.each(['', 'hello', '<html>'])('is refused where it is none: %j', (text) => {
    expect(() => readPlaylist(text, URL_OF_LIST)).toThrow(/it is no (valid )?HLS playlist/)
  })
})

describe('a master playlist', () => {
  const read = readPlaylist(
    `#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="en",DEFAULT=YES,URI="audio.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1280000,RESOLUTION=640x360,AUDIO="a"
low.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=2560000,RESOLUTION=1280x720,AUDIO="a"
high.m3u8
`,
    URL_OF_LIST,
  )
  const variants: readonly Variant[] = read.kind === 'master' ? read.variants : []

  it.each([
    [undefined, 2],
    ['1', 1],
    ['640x360', 1],
    ['2560000', 2],
  ])('gives for %s variant %s', (wanted, number) => {
    expect(chooseVariant(variants, wanted).number).toBe(number)
  })

  it('tells which variants there are if another is wanted', () => {
    expect(() => chooseVariant(variants, '4k')).toThrow(
      'there is no variant 4k; there are 1 (640x360, 1280000), 2 (1280x720, 2560000)',
    )
  })

  it('tells which renditions a variant leaves to other playlists', () => {
    expect(variants[1]?.separateRenditions).toEqual(['https://media.example.com/live/audio.m3u8'])
  })
})
