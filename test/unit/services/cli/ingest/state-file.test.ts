import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { parseTimestamp } from '../../../../../contracts/time/timestamp.ts'
import { type DoneSegment, openStateFile } from '../../../../../services/cli/ingest/state-file.ts'
import { temporaryDirectory } from '../../../../support/temporary-directory.ts'

const { path: directory, remove } = temporaryDirectory()
afterAll(remove)

const subject = { media: 'file:///media/index.m3u8', service: 'http://127.0.0.1:8000/' }
const flows = { flowId: 'f', sourceId: 's', members: [{ flowId: 'v', sourceId: 'vs' }] }
const done: DoneSegment = {
  key: '7 segment7.ts',
  objectId: 'o7',
  init: { objectId: 'i', sha256: 'abc' },
  sizeBytes: 1234,
  place: {
    start: parseTimestamp('-1:5'),
    end: parseTimestamp('2:0'),
    endsAfter: parseTimestamp('1:960000000'),
    shift: parseTimestamp('0:0'),
    mediaEndTicks: 2n ** 60n,
    discontinuity: 3,
  },
}

let path = ''
let number = 0
beforeEach(() => {
  number += 1
  path = join(directory, `${number}.jsonl`)
})

describe('the state of an ingest', () => {
  it('is empty at first', async () => {
    const state = await openStateFile(path, subject)
    expect([state.flows, state.done.size]).toEqual([undefined, 0])
    await state.close()
  })

  it('has what was saved, the latest where it was saved twice', async () => {
    const first = await openStateFile(path, subject)
    await first.saveFlows(flows)
    await first.saveDone([done, { ...done, key: 'other', init: undefined }])
    await first.saveDone([{ ...done, objectId: 'o8' }])
    await first.close()
    const second = await openStateFile(path, subject)
    expect(second.flows).toEqual(flows)
    expect([...second.done.values()]).toEqual([
      { ...done, objectId: 'o8' },
      { ...done, key: 'other', init: undefined },
    ])
    await second.close()
  })

  it('loses no more than a line that a crash cut off, and goes on behind it', async () => {
    const first = await openStateFile(path, subject)
    await first.saveDone([done])
    await first.close()
    appendFileSync(path, '{"segment":"cut')
    const second = await openStateFile(path, subject)
    await second.saveDone([{ ...done, key: 'next' }])
    await second.close()
    const third = await openStateFile(path, subject)
    expect([...third.done.keys()]).toEqual([done.key, 'next'])
    await third.close()
    expect(readFileSync(path, 'utf8')).not.toContain('cut')
  })

  it('is refused for other media, or for another service', async () => {
    await (await openStateFile(path, subject)).close()
    await expect(openStateFile(path, { ...subject, media: 'file:///other.m3u8' })).rejects.toThrow('--state')
    await expect(openStateFile(path, { ...subject, service: 'http://b/' })).rejects.toThrow('--state')
  })

  it.each(['hello\n', '{}\n', '{"framelog_ingest":2}\n'])(
    'is refused where it is something else: %j',
    async (text) => {
      writeFileSync(path, text)
      await expect(openStateFile(path, subject)).rejects.toThrow('is no ingest state')
      expect(readFileSync(path, 'utf8')).toBe(text)
    },
  )

  it('tells how to put it elsewhere where it cannot be written', async () => {
    mkdirSync(path)
    await expect(openStateFile(join(path, 'missing/state.jsonl'), subject)).rejects.toThrow('--state')
  })
})
