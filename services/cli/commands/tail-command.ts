import type { Command } from 'commander'
import type { TailFlags } from './run-tail.ts'
import { withServiceOptions } from './service-options.ts'

const DETAILS = `
Reads GET /events, which Framelog has beyond TAMS. A connection that is lost is made anew, and goes on where it was.

Examples:
  framelog tail
  framelog tail --type flows/segments_added --flow 4f79cfd1-c057-47f4-8e4d-1b126ca7bf34
  framelog tail --from 2026-11-25T08:00:00Z --json`

export function addTailCommand(program: Command): void {
  const command = program
    .command('tail')
    .description('print what a service tells of as it happens, until Ctrl-C')
    .option('--type <type...>', 'only events of these types, such as flows/segments_added')
    .option('--flow <id...>', 'of the events of Flows, only those of these')
    .option('--source <id...>', 'only events of these Sources and of their Flows')
    .option(
      '--from <position|time>',
      'begin with this position of the log, or with what came after this time',
    )
    .option('--after <cursor>', 'begin after the event whose cursor this is')
    .option('--get-urls', 'segments come with their URLs, as with any of the following')
    .option('--label <label...>', 'only URLs with these labels')
    .option('--storage <id...>', 'only URLs on these storage backends')
    .option('--presigned', 'only presigned URLs')
    .option('--no-presigned', 'only URLs that are not presigned')
    .option('--verbose-storage', 'each URL with its storage backend')
  withServiceOptions(command)
    .addHelpText('after', DETAILS)
    .action(async (flags: TailFlags) => {
      const { runTail } = await import('./run-tail.ts')
      await runTail(flags)
    })
}
