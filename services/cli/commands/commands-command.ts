import type { Command } from 'commander'

const DETAILS = `
What may be asked for is told in docs/kafka-commands.md. The service can do the same by itself: KAFKA_COMMANDS_ENABLED=true.

Example:
  KAFKA_BROKERS=kafka-1:9092 DATA_DIR=/var/lib/framelog framelog commands consume`

export function addCommandsCommand(program: Command): void {
  const commands = program
    .command('commands')
    .description('carry out commands from Kafka')
    .addHelpText('after', DETAILS)

  commands
    .command('consume')
    .description(
      'take commands from Kafka in a process of its own, beside the service; the environment configures it',
    )
    .action(async () => {
      const { serve } = await import('../serve.ts')
      await serve('commands')
    })
}
