import { readFileSync } from 'node:fs'

/** The package is two folders above this one, and one more above what is built of it. */
const PACKAGE = import.meta.url.endsWith('.ts') ? '../../package.json' : '../../../package.json'

/** The version of this software: that of the package. */
export const VERSION: string = JSON.parse(readFileSync(new URL(PACKAGE, import.meta.url), 'utf8')).version
