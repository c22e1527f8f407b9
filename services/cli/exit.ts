import { CommanderError } from 'commander'
import { EXIT_FAILED, EXIT_USAGE, Failure } from './failure.ts'

/** Errors that people can act on, thrown where this program's own class of them is not known. */
const EXPECTED = [
  'InvalidConfig',
  'MediaError',
  'LogUnavailable',
  'CatalogBehind',
  'CommandContended',
  'VastDbError',
  'NotCaughtUp',
  'BackupRefused',
]

/** 0 where it was no failure but help, 1 failed, 2 wrong usage; more where a signal ended it. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE
  return error instanceof Failure ? error.exitCode : EXIT_FAILED
}

/**
 * What to tell people of an error: a stack only where it is a bug.
 * @returns undefined where they have been told.
 */
export function messageOf(error: unknown): string | undefined {
  if (error instanceof CommanderError) return undefined
  if (!(error instanceof Error)) return `error: ${error}`
  return isExpected(error) ? `error: ${error.message}` : (error.stack ?? error.message)
}

/** Errors of the operating system name a call: a file that is not there, an address in use. */
function isExpected(error: Error): boolean {
  return error instanceof Failure || EXPECTED.includes(error.name) || 'syscall' in error
}
