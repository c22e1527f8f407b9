import type { Command } from 'commander'
import type { BackupFlags } from './run-backup.ts'

const DETAILS = `
It takes the environment variables of the service (DATA_DIR, STORAGE_BACKENDS, SECRET_KEY, ...), and runs beside it or
without it. The folder has then, as they were at one position of the log:
  - the log, from which everything else is made anew,
  - the media of storage backends that are folders; what is in S3 stays there, and is not copied,
  - the secret.key, unless SECRET_KEY is set: keep the folder as safe as the data directory.
The same folder again: only media that is new is copied. Until the new backup is complete, it has the one before.

Examples:
  framelog backup /mnt/backups/framelog
  framelog backup --verify /mnt/backups/framelog

Exit codes: 0 the backup is complete, or sound; 1 it is not; 2 wrong usage.`

export function addBackupCommand(program: Command): void {
  program
    .command('backup')
    .description('back up the data directory while the service runs')
    .argument('<folder>', 'where the backup is, or will be')
    .option('--verify', 'read a backup, all of it, and tell whether it is whole')
    .option('--json', 'print JSON')
    .addHelpText('after', DETAILS)
    .action(async (folder: string, flags: BackupFlags) => {
      const { runBackup } = await import('./run-backup.ts')
      await runBackup(folder, flags)
    })
}
