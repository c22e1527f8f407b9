import type { Command } from 'commander'

const DETAILS = `
Environment variables configure it: DATA_DIR, KAFKA_BROKERS and the others of docs/kafka.md. The service beside it
has KAFKA_RELAY_ENABLED=false. One relay at a time works, others stand by. It is the same as framelog serve relay.

Example:
  export KAFKA_BROKERS=kafka-1:9092
  KAFKA_RELAY_ENABLED=false framelog serve & framelog relay`

export function addRelayCommand(program: Command): void {
  program
    .command('relay')
    .description('send events to Kafka in a process of its own, for a service with KAFKA_RELAY_ENABLED=false')
    .addHelpText('after', DETAILS)
    .action(async () => {
      const { serve } = await import('../serve.ts')
      await serve('relay')
    })
}
