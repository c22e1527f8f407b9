import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Permission } from '../../domain/access/access.ts'
import { InvalidConfig } from './invalid-config.ts'

/** Of groups, and of classes: no comma, so that a filter by tag can name them. */
const Name = z
  .string()
  .max(200)
  .regex(/^[^,\p{Cc}]+$/u, { error: 'must be a name without commas' })

const LETTERS: Readonly<Record<string, Permission>> = { r: 'read', w: 'write', d: 'delete' }

const Permissions = z
  .string()
  .regex(/^(?=.)r?w?d?$/, { error: 'must be some of r, w and d, in this order' })
  .transform((text): readonly Permission[] => [...text].map((letter) => LETTERS[letter]!))

/** More of either than anyone has a use for; each class of a request is looked up by each list. */
const MAX_GROUPS = 10_000
const MAX_CLASSES = 200

const atMost = (count: number, noun: string) =>
  [
    (record: Readonly<Record<string, unknown>>) => Object.keys(record).length <= count,
    { error: `must have ${count} ${noun} at most` },
  ] as const

/** What the file that AUTH_CLASSES_FILE names has to be: of each group, what it may do with which classes. */
const AuthClassesFile = z
  .record(Name, z.record(Name, Permissions).refine(...atMost(MAX_CLASSES, 'classes')))
  .refine(...atMost(MAX_GROUPS, 'groups'))

export type AuthClassesConfig = z.output<typeof AuthClassesFile>

/**
 * @returns undefined where AUTH_CLASSES_FILE names none: classes are of no account then
 * @throws InvalidConfig naming all that is wrong
 */
export function loadAuthClasses(environment: NodeJS.ProcessEnv): AuthClassesConfig | undefined {
  const path = environment['AUTH_CLASSES_FILE']
  if (path === undefined) return undefined
  const { success, data, error } = AuthClassesFile.safeParse(parsedFile(path))
  if (success) return data
  const faults = error.issues.map((issue) => `  ${issue.path.join(', ') || 'the file'}: ${wordsOf(issue)}`)
  throw new InvalidConfig(`AUTH_CLASSES_FILE: ${path} is wrong:\n${faults.join('\n')}`)
}

/** Of a name, what is wrong with it. */
const wordsOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message

/** JSON is YAML too. */
function parsedFile(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new InvalidConfig(`AUTH_CLASSES_FILE: ${path} cannot be read: ${reason}`)
  }
}
