import { type Command, Option } from 'commander'
import type { LogFlags } from './run-log.ts'
import { toPositive } from './service-options.ts'

const DETAILS = `
The log is read from its file (events.db in the data directory), whether or not the service is running.

Examples:
  framelog log --follow
  framelog log --stream flow-4f79cfd1-c057-47f4-8e4d-1b126ca7bf34 --json
  framelog log --type SegmentsAdded --from 1000`

export function addLogCommand(program: Command): void {
  program
    .command('log')
    .description('print the events of the log')
    .addOption(new Option('--data-dir <path>', 'where the log is').env('DATA_DIR').default('./data'))
    .option('--stream <name>', 'only events of this stream')
    .option('--type <type>', 'only events of this type')
    .option('--from <position>', 'begin at this position', toPositive, 1)
    .option('-f, --follow', 'wait for more events, until Ctrl-C')
    .option('--json', 'print JSON, one event a line')
    .addHelpText('after', DETAILS)
    .action(async (flags: LogFlags) => {
      const { runLog } = await import('./run-log.ts')
      await runLog(flags)
    })
}
