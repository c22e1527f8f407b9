import type { Command } from 'commander'
import type { HistoryFlags } from './run-history.ts'
import { toPositive, withServiceOptions } from './service-options.ts'

const DETAILS = `
What was deleted has its history still. The position of an entry can be asked for as ?as_of=.

Examples:
  framelog history 4f79cfd1-c057-47f4-8e4d-1b126ca7bf34 --segments
  framelog history --source 0d7b4f2e-6f0a-4d53-9a53-3f2f1c6f7f10 --reverse -n 5 --json`

export function addHistoryCommand(program: Command): void {
  const command = program
    .command('history')
    .description('tell who changed what of a Flow or Source, and when')
    .argument('<id>', 'id of the Flow')
    .option('--source', 'the id is that of a Source')
    .option('--segments', 'also when segments of the Flow came and went')
    .option('-r, --reverse', 'latest first')
    .option('-n, --limit <n>', 'stop after so many', toPositive)
  withServiceOptions(command)
    .addHelpText('after', DETAILS)
    .action(async (id: string, flags: HistoryFlags) => {
      const { runHistory } = await import('./run-history.ts')
      await runHistory(id, flags)
    })
}
