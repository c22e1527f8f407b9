import { readFileSync } from 'node:fs'

/** The version of this software: that of the package, two folders above what is built. */
export const VERSION: string = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
).version
