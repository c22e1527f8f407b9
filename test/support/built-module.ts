import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The URL of a built module, as a literal of JavaScript: for scripts that run in threads and processes of their own. @param file from the root */
export const builtModule = (file: string): string =>
  JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../dist', file)).href)
