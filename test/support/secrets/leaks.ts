import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { plantedIn } from './planted.ts'

/** Names the folder in which the tests of a run leave what their processes have said. */
export const KEPT_OUTPUT = 'KEPT_OUTPUT'

/** Has no secret in it that is not in the open already: a line for each that was made. */
export const MADE = 'secrets-that-were-made'

export type Leak = { readonly file: string; readonly around: string }

/** Secrets in what was kept. */
export function leaksIn(folder: string): readonly Leak[] {
  const path = join(folder, MADE)
  const made = existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line.length > 0)
    : []
  return readdirSync(folder)
    .filter((file) => file !== MADE)
    .flatMap((file) =>
      plantedIn(readFileSync(join(folder, file), 'utf8'), [...new Set(made)]).map((around) => ({
        file,
        around,
      })),
    )
}
