import { Command } from 'commander'
import { addAnalyticsCommand } from './commands/analytics-command.ts'
import { addBackupCommand } from './commands/backup-command.ts'
import { addCatalogCommand } from './commands/catalog-command.ts'
import { addCommandsCommand } from './commands/commands-command.ts'
import { addExportCommand } from './commands/export-command.ts'
import { addHistoryCommand } from './commands/history-command.ts'
import { addIngestCommand } from './commands/ingest-command.ts'
import { addLeasesCommand } from './commands/leases-command.ts'
import { addLogCommand } from './commands/log-command.ts'
import { addLsCommand } from './commands/ls-command.ts'
import { addReconcileCommand } from './commands/reconcile-command.ts'
import { addRelayCommand } from './commands/relay-command.ts'
import { addRestoreCommand } from './commands/restore-command.ts'
import { addServeCommand } from './commands/serve-command.ts'
import { addTailCommand } from './commands/tail-command.ts'
import { addUsersCommand } from './commands/users-command.ts'
import { addRebuildCommand, addVastCommand } from './commands/vast-commands.ts'
import { addVerifyCommand } from './commands/verify-command.ts'
import { addWebhooksCommand } from './commands/webhooks-command.ts'

const EXIT_CODES = `
Exit codes: 0 done, 1 failed, 2 wrong usage.`

/** The command line. What a command needs is loaded when it runs: help and short commands start at once. */
export function createProgram(version: string): Command {
  const program = new Command('framelog')
    .description('A time-addressable media store, and tools for any TAMS service.')
    .version(version)
    .showHelpAfterError('(--help tells more)')
    .addHelpText('after', EXIT_CODES)
    .exitOverride()
  addServeCommand(program)
  addIngestCommand(program)
  addExportCommand(program)
  addVerifyCommand(program)
  addLsCommand(program)
  addHistoryCommand(program)
  addLogCommand(program)
  addTailCommand(program)
  addWebhooksCommand(program)
  addRelayCommand(program)
  addCommandsCommand(program)
  addReconcileCommand(program)
  addAnalyticsCommand(program)
  addVastCommand(program)
  addRebuildCommand(program)
  addUsersCommand(program)
  addBackupCommand(program)
  addRestoreCommand(program)
  addLeasesCommand(program)
  addCatalogCommand(program)
  return program
}
