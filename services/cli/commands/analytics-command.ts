import { Argument, type Command } from 'commander'
import type { AnalyticsFlags } from './run-analytics.ts'
import { withServiceOptions } from './service-options.ts'

const VIEWS = ['flow-usage', 'storage-usage', 'time-range-analysis', 'catalog-summary']

const DETAILS = `
Examples:
  framelog analytics
  framelog analytics flow-usage --source 4f79cfd1-c057-47f4-8e4d-1b126ca7bf34
  framelog analytics time-range-analysis --timerange "[1764115200:0_" --json`

export function addAnalyticsCommand(program: Command): void {
  const command = program
    .command('analytics')
    .description('print what is there in numbers')
    .addArgument(new Argument('[view]', 'which numbers').choices(VIEWS).default('catalog-summary'))
    .option('--flow <id>', 'only this Flow')
    .option('--source <id>', 'only Flows of this Source')
    .option('--timerange <timerange>', 'only what is in it')
  withServiceOptions(command)
    .addHelpText('after', DETAILS)
    .action(async (view: string, flags: AnalyticsFlags) => {
      const { runAnalytics } = await import('./run-analytics.ts')
      await runAnalytics(view, flags)
    })
}
