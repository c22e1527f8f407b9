import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

/** A project of its own, with our lint rules and one file at a time. */
const project = mkdtempSync(join(tmpdir(), 'framelog-lint-'))
for (const file of ['biome.json', '.gitignore']) cpSync(join(ROOT, file), join(project, file))
afterAll(() => rmSync(project, { recursive: true, force: true }))

/** What lint says of a file that holds one import. */
function lint(path: string, from: string): string {
  const file = join(project, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `import { x } from '${from}'\nexport const y = x\n`)
  const { stdout, stderr } = spawnSync(join(ROOT, 'node_modules/.bin/biome'), ['lint', path], {
    cwd: project,
    encoding: 'utf8',
  })
  rmSync(file)
  return stdout + stderr
}

describe('the import rule', () => {
  it.each([
    ['contracts/time/x.ts', '../../domain/flow/flow.ts'],
    ['contracts/time/x.ts', '../../services/config/config.ts'],
    ['contracts/time/x.ts', 'node:fs'],
    ['contracts/time/x.ts', 'express'],
    ['domain/flow/x.ts', '../../projections/catalog/project.ts'],
    ['domain/flow/x.ts', '../../services/config/config.ts'],
    ['domain/flow/x.ts', 'node:crypto'],
    ['domain/flow/x.ts', 'zod'],
    ['projections/catalog/x.ts', '../../services/config/config.ts'],
    ['services/adapters/vast-db/x.ts', '../../config/config.ts'],
    ['services/adapters/vast-db/query/x.ts', '../../../../contracts/time/timestamp.ts'],
    ['services/adapters/vast-db/x.ts', 'undici'],
  ])('keeps %s from importing %s', (path, from) => {
    expect(lint(path, from)).toContain('noRestrictedImports')
  })

  it.each([
    ['contracts/time/x.ts', 'zod'],
    ['contracts/time/x.ts', './timestamp.ts'],
    ['domain/flow/x.ts', '../../contracts/time/timerange.ts'],
    ['domain/flow/x.ts', '../decision.ts'],
    ['projections/catalog/x.ts', '../../domain/flow/flow.ts'],
    ['projections/catalog/x.ts', '../../contracts/time/timerange.ts'],
    ['services/api/x.ts', '../../domain/flow/flow.ts'],
    ['services/adapters/vast-db/x.ts', 'apache-arrow'],
    ['services/adapters/vast-db/query/x.ts', '../vast-db-error.ts'],
  ])('lets %s import %s', (path, from) => {
    expect(lint(path, from)).not.toContain('noRestrictedImports')
  })
})
