import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isPassword, parsePasswordHash } from '../../services/access/password-hash.ts'

const MAIN = join(import.meta.dirname, '../../dist/services/cli/main.js')

const hash = (input: string) =>
  spawnSync(process.execPath, [MAIN, 'users', 'hash'], { input, encoding: 'utf8' })

describe('framelog users hash', () => {
  it('prints what the first line of its input is kept as, and nothing else', async () => {
    const { status, stdout, stderr } = hash('correct horse\nmore\n')
    expect([status, stderr]).toEqual([0, ''])
    const kept = parsePasswordHash(stdout.trim())
    expect(kept).toBeDefined()
    expect(await isPassword('correct horse', kept!)).toBe(true)
  })

  it.each(['', '\n', 'short\n'])('refuses a password that is too short: %j', (input) => {
    const { status, stdout, stderr } = hash(input)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toContain('8 characters')
  })
})
