import { type Command, InvalidArgumentError } from 'commander'
import type { ReconcileFlags } from './run-reconcile.ts'

const DETAILS = `
It takes the environment variables of the service (DATA_DIR, STORAGE_BACKENDS, S3_...), and runs beside it or
without it. Nothing is changed without --repair, which
  - removes bytes that nothing knows of,
  - has a missing or damaged instance made anew from another one, by the service,
  - releases references that nothing holds.
An object whose only instance is missing is lost: that is told every time.

A bucket or folder that anything else keeps media in must not be repaired: to this service, that is orphaned.

Examples:
  framelog reconcile
  framelog reconcile --storage-id 5d9f3a52-6f0c-4a3e-9d7e-0b7f6d0a5a11 --json
  framelog reconcile --repair

Exit codes: 0 nothing was found, or all of it is settled; 1 findings are left; 2 wrong usage.`

const HOUR_SECONDS = 3600

export function addReconcileCommand(program: Command): void {
  program
    .command('reconcile')
    .description('compare the index with the storage backends')
    .option('--repair', 'settle what is found')
    .option('--storage-id <id...>', 'only these storage backends, and no references')
    .option('--older-than <seconds>', 'leave alone unknown bytes that are newer', toSeconds, HOUR_SECONDS)
    .option('--force', 'repair also where that is most of what a backend holds')
    .option('--json', 'print JSON, one document a line')
    .addHelpText('after', DETAILS)
    .action(async (flags: ReconcileFlags) => {
      const { runReconcile } = await import('./run-reconcile.ts')
      await runReconcile(flags)
    })
}

function toSeconds(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value * 1000))
    throw new InvalidArgumentError('It must be a whole number of seconds.')
  return value
}
