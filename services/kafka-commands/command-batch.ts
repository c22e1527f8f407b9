import { setTimeout as delay } from 'node:timers/promises'
import type { KafkaMessage } from 'kafkajs'
import type { CommandServices } from '../commands/command-services.ts'
import { isPassingTrouble } from '../consumer/passing-errors.ts'
import type { Turns } from '../consumer/turns.ts'
import type { Logger } from '../observability/logger.ts'
import type { Answer, MessagePlace } from './answer.ts'
import { carryOut, rejected } from './carry-out.ts'
import type { CommandMetrics } from './command-metrics.ts'
import { readCommand, type SegmentCommand } from './read-command.ts'

export type BatchTools = {
  readonly commands: CommandServices
  /** How many commands may be under way at a time, of all partitions together. */
  readonly turns: Turns
  readonly logger: Logger
  readonly metrics: CommandMetrics
  /** Ends the waiting for a log that cannot be written. */
  readonly signal: AbortSignal
}

type Entry = { readonly index: number; readonly command: SegmentCommand; readonly message: KafkaMessage }

const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 5_000

/**
 * Carries out some messages of one partition: those of one Flow in their order, one after the other; Flows beside
 * each other, so that they share the log's waits for the disk. A message that is no command holds up nobody.
 * @returns an answer to each, in their order
 * @throws what is no answer: nothing may be said to be done then, and all of it may be tried again
 */
export async function carryOutAll(
  tools: BatchTools,
  messages: readonly KafkaMessage[],
  placeOf: (message: KafkaMessage) => MessagePlace,
): Promise<readonly Answer[]> {
  const answers: Answer[] = []
  const byFlow = new Map<string, Entry[]>()
  for (const [index, message] of messages.entries()) {
    const read = readCommand(message)
    if ('unreadable' in read) {
      answers[index] = rejected(read.unreadable, placeOf(message), Number(message.timestamp))
      continue
    }
    const entries = byFlow.get(read.command.flow_id) ?? []
    entries.push({ index, command: read.command, message })
    byFlow.set(read.command.flow_id, entries)
  }
  const ofOneFlow = async (entries: readonly Entry[]): Promise<void> => {
    for (const { index, command, message } of entries) {
      const attempt = () => carryOut(tools.commands, command, placeOf(message), Number(message.timestamp))
      answers[index] = await tools.turns.take(() => patiently(tools, attempt))
    }
  }
  // All are waited for, also where one fails: nothing goes on behind the back of the next attempt.
  const ended = await Promise.allSettled([...byFlow.values()].map(ofOneFlow))
  for (const flow of ended) if (flow.status === 'rejected') throw flow.reason
  return answers
}

/** A log that cannot be written now is waited for: nothing is rejected for it. */
async function patiently<T>({ signal, logger, metrics }: BatchTools, attempt: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts++) {
    signal.throwIfAborted()
    try {
      return await attempt()
    } catch (error) {
      if (!isPassingTrouble(error)) throw error
      metrics.waited()
      logger.warn({ err: error, attempts }, 'a command from Kafka waits')
      await delay(Math.min(FIRST_WAIT_MS * attempts, LONGEST_WAIT_MS), undefined, { signal })
    }
  }
}
