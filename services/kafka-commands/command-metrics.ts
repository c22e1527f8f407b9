import { Counter, Gauge, type Registry } from 'prom-client'
import { SEGMENTS_REGISTERED } from '../../contracts/events/public/segment-commands.ts'
import type { Answer } from './answer.ts'

export type CommandMetrics = {
  /** These answers have been acknowledged, and are said to be done. */
  answered(answers: readonly Answer[]): void
  /** A command waits for the log. */
  waited(): void
  /** How many messages of a partition are yet to be read. */
  lag(partition: number, messages: number): void
  /** Others have the partitions, or somebody will. */
  letGo(): void
}

export function commandMetrics(registry: Registry): CommandMetrics {
  const registers = [registry]
  const commands = new Counter({
    name: 'framelog_kafka_commands_total',
    help: 'Commands from Kafka that were answered, by outcome',
    labelNames: ['outcome'],
    registers,
  })
  for (const outcome of ['registered', 'partial', 'rejected']) commands.inc({ outcome }, 0)
  const waits = new Counter({
    name: 'framelog_kafka_command_waits_total',
    help: 'Attempts to carry out a command from Kafka that the log did not let through',
    registers,
  })
  const lag = new Gauge({
    name: 'framelog_kafka_commands_lag',
    help: 'Messages of a partition of commands that this process is yet to read',
    labelNames: ['partition'],
    registers,
  })
  return {
    answered: (answers) => {
      for (const answer of answers) commands.inc({ outcome: outcomeOf(answer) })
    },
    waited: () => waits.inc(),
    lag: (partition, messages) => lag.set({ partition }, messages),
    letGo: () => lag.reset(),
  }
}

const outcomeOf = (answer: Answer): 'registered' | 'partial' | 'rejected' => {
  if (answer.type !== SEGMENTS_REGISTERED) return 'rejected'
  return answer.data.failed === 0 ? 'registered' : 'partial'
}
