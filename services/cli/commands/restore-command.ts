import type { Command } from 'commander'

const DETAILS = `
It takes the environment variables of the service: DATA_DIR, which has to be empty or not there, and where storage
backends are configured, their folders, to which their media goes. SECRET_KEY has to be what it was.

The backup is checked first. At its first start, the service makes everything else of the log.

A service that is restored beside the original tells webhooks and Kafka, too: docs/operations.md.

Example:
  DATA_DIR=/var/lib/framelog framelog restore /mnt/backups/framelog

Exit codes: 0 restored, 1 failed, 2 wrong usage.`

export function addRestoreCommand(program: Command): void {
  program
    .command('restore')
    .description('make an empty data directory what a backup has')
    .argument('<folder>', 'where the backup is')
    .option('--json', 'print JSON')
    .addHelpText('after', DETAILS)
    .action(async (folder: string, flags: { readonly json?: boolean }) => {
      const { runRestore } = await import('./run-restore.ts')
      await runRestore(folder, flags)
    })
}
