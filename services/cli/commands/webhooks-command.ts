import { type Command, Option } from 'commander'
import type { ReplayFlags, WebhooksFlags } from './run-webhooks-command.ts'

const DETAILS = `
Webhooks are read from the files of the data directory, whether or not the service is running.

Examples:
  framelog webhooks
  framelog webhooks replay 1f0d5b6c-3a1e-4a53-9a53-3f2f1c6f7f10 --from 12000
  framelog webhooks replay 1f0d5b6c-3a1e-4a53-9a53-3f2f1c6f7f10 --from 2026-11-25T08:00:00Z
  WEBHOOKS_ENABLED=false framelog serve & framelog webhooks deliver`

export function addWebhooksCommand(program: Command): void {
  const webhooks = program
    .command('webhooks')
    .description('show how far webhooks have been told, tell one again, or deliver')
    .addHelpText('after', DETAILS)

  withDataDir(webhooks.command('list', { isDefault: true }))
    .description('list webhooks: what they are yet to be told, and what went wrong last')
    .option('--json', 'print JSON, one webhook a line')
    .action(async (flags: WebhooksFlags) => {
      const { listWebhooks } = await import('./run-webhooks-command.ts')
      await listWebhooks(flags)
    })

  withDataDir(webhooks.command('replay'))
    .description('tell a webhook again of what it wants of the past')
    .argument('<id>', 'id of the webhook')
    .requiredOption('--from <position|time>', 'the first position, or the time (ISO 8601) it came after')
    .action(async (id: string, flags: ReplayFlags) => {
      const { replayWebhook } = await import('./run-webhooks-command.ts')
      await replayWebhook(id, flags)
    })

  webhooks
    .command('deliver')
    .description('deliver in a process of its own, as framelog serve webhooks does')
    .action(async () => {
      const { serve } = await import('../serve.ts')
      await serve('webhooks')
    })
}

const withDataDir = (command: Command): Command =>
  command.addOption(
    new Option('--data-dir <path>', 'where the service keeps its data').env('DATA_DIR').default('./data'),
  )
