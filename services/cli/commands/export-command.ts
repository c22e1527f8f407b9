import type { Command } from 'commander'
import type { ExportFlags } from './run-export.ts'
import { toPositive, withServiceOptions } from './service-options.ts'

const DETAILS = `
Segments are written whole: media at both ends may reach beyond the timerange. For fMP4 the initialisation segment
comes first, and again wherever it changes. The file appears when it is complete.

Examples:
  framelog export 4f79cfd1-c057-47f4-8e4d-1b126ca7bf34 -o programme.ts
  framelog export 4f79cfd1-c057-47f4-8e4d-1b126ca7bf34 --timerange "[10:0_20:0)" -o - | ffplay -`

export function addExportCommand(program: Command): void {
  const command = program
    .command('export')
    .description("write a Flow's media to a file")
    .argument('<flow>', 'id of the Flow that has the segments')
    .requiredOption('-o, --output <file>', 'where to; - for standard output')
    .option('--timerange <timerange>', 'write the segments that overlap it', '_')
    .option('--read-ahead <n>', 'objects to ask for before their turn', toPositive, 4)
  withServiceOptions(command)
    .addHelpText('after', DETAILS)
    .action(async (flow: string, flags: ExportFlags) => {
      const { runExport } = await import('./run-export.ts')
      await runExport(flow, flags)
    })
}
