import type { Command } from 'commander'

const DETAILS = `
Of deletion, webhooks, kafka_relay and vast_projector one process works at a time. The log tells which; the environment
of the service says where that is (DATA_DIR, LOG_DIR). A process that was killed is named until another has taken over.`

export function addLeasesCommand(program: Command): void {
  program
    .command('leases')
    .description('tell which process does what only one may do at a time')
    .option('--json', 'print JSON, one lease a line')
    .addHelpText('after', DETAILS)
    .action(async (flags: { readonly json?: boolean }) => {
      const { listLeases } = await import('./run-leases.ts')
      await listLeases(flags)
    })
}
