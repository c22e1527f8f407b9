import { Argument, type Command } from 'commander'
import type { Listed, ListFlags } from './run-ls.ts'
import { toPositive, withServiceOptions } from './service-options.ts'

const DETAILS = `
Examples:
  framelog ls
  framelog ls sources --json
  framelog ls segments 4f79cfd1-c057-47f4-8e4d-1b126ca7bf34 --timerange "[10:0_" --follow`

export function addLsCommand(program: Command): void {
  const command = program
    .command('ls')
    .description('list Flows, Sources, or the segments of a Flow')
    .addArgument(
      new Argument('[what]', 'what to list').choices(['flows', 'sources', 'segments']).default('flows'),
    )
    .argument('[flow]', 'id of the Flow, for segments')
    .option('-n, --limit <n>', 'stop after so many', toPositive)
    .option('--timerange <timerange>', 'segments that overlap it', '_')
    .option('--urls', 'segments with the URLs of their media, in JSON only')
    .option('-f, --follow', 'wait for more segments, until Ctrl-C')
    .option('--interval <ms>', 'how often to ask for more', toPositive, 1000)
  withServiceOptions(command)
    .addHelpText('after', DETAILS)
    .action(async (what: Listed, flow: string | undefined, flags: ListFlags) => {
      const { runLs } = await import('./run-ls.ts')
      await runLs(what, flow, flags)
    })
}
