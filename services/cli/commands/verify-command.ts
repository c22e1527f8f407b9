import type { Command } from 'commander'
import type { VerifyFlags } from './run-verify.ts'
import { toPositive, withServiceOptions } from './service-options.ts'
import { addVerifyVastCommand } from './vast-commands.ts'

const DETAILS = `
Reads every instance that the service has of every object of the Flow, and compares its size and checksum with what
was recorded when it was uploaded. Ends with 1 where anything is wrong. Of what other services than Framelog have,
nothing is recorded: it is read all the same.

Examples:
  framelog verify 4f79cfd1-c057-47f4-8e4d-1b126ca7bf34
  framelog verify 4f79cfd1-c057-47f4-8e4d-1b126ca7bf34 --timerange "[10:0_20:0)" --strict --json`

export function addVerifyCommand(program: Command): void {
  const command = program
    .command('verify')
    .description("re-read a Flow's media, and compare it with its recorded sizes and checksums")
    .argument('<flow>', 'id of the Flow that has the segments')
    .option('--timerange <timerange>', 'verify the segments that overlap it', '_')
    .option('--concurrency <n>', 'objects to read at once', toPositive, 4)
    .option('--strict', 'an object of which nothing is recorded is wrong as well')
  withServiceOptions(command)
    .addHelpText('after', DETAILS)
    .action(async (flow: string, flags: VerifyFlags) => {
      const { runVerify } = await import('./run-verify.ts')
      await runVerify(flow, flags)
    })
  addVerifyVastCommand(command)
}
