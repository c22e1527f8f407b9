import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'

export const ROOT = join(import.meta.dirname, '../../..')

export const readText = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

/** YAML, or JSON, which is YAML too; with what compose files share among services. */
export const readYaml = (path: string) => parse(readText(path), { merge: true, logLevel: 'error' })

export const readManifests = (path: string) =>
  parseAllDocuments(readText(path)).map((document) => document.toJS())

/** The files of a folder and those below it, from the root of the project. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    .sort()
