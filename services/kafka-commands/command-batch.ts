import { setTimeout as delay } from 'node:timers/promises'
import type { KafkaMessage } from 'kafkajs'
import { isPassingTrouble } from '../consumer/passing-errors.ts'
import type { Turns } from '../consumer/turns.ts'
import type { Logger } from '../observability/logger.ts'
import type { Answer, MessagePlace } from './answer.ts'
import {
  type BroughtCommand,
  type CarryOutServices,
  carryOut,
  carryOutTogether,
  rejected,
} from './carry-out.ts'
import type { CommandMetrics } from './command-metrics.ts'
import { readCommand } from './read-command.ts'

export type BatchTools = {
  readonly services: CarryOutServices
  /** How many commands may be under way at a time, of all partitions together. */
  readonly turns: Turns
  readonly logger: Logger
  readonly metrics: CommandMetrics
  /** Ends the waiting for a log that cannot be written. */
  readonly signal: AbortSignal
}

type Entry = BroughtCommand & { readonly index: number }

/** What is carried out together goes in one append. */
const COMMANDS_TOGETHER = 100
const SEGMENTS_TOGETHER = 5_000
const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 5_000

/**
 * Carries out some messages of one partition: those of one Flow in their order, many at once where none of them is
 * refused anything, else one after the other; Flows beside each other, so that they share the log's waits for the disk. A message that is no command holds up nobody.
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
    const { command } = read
    const entries = byFlow.get(command.flow_id) ?? []
    entries.push({ index, command, place: placeOf(message), messageMs: Number(message.timestamp) })
    byFlow.set(command.flow_id, entries)
  }
  const ofOneFlow = async (entries: readonly Entry[]): Promise<void> => {
    for (const group of groupsOf(entries)) {
      const groupAnswers = await tools.turns.take(() => answersTo(tools, group))
      for (const [nth, { index }] of group.entries()) answers[index] = groupAnswers[nth]!
    }
  }
  // All are waited for, also where one fails: nothing goes on behind the back of the next attempt.
  const ended = await Promise.allSettled([...byFlow.values()].map(ofOneFlow))
  for (const flow of ended) if (flow.status === 'rejected') throw flow.reason
  return answers
}

async function answersTo(tools: BatchTools, group: readonly Entry[]): Promise<readonly Answer[]> {
  const { services } = tools
  const together =
    group.length > 1 ? await patiently(tools, () => carryOutTogether(services, group)) : undefined
  if (together) return together
  const answers: Answer[] = []
  for (const brought of group) answers.push(await patiently(tools, () => carryOut(services, brought)))
  return answers
}

/** What may be tried together, in order: no command twice, for the second is answered as the first was. */
function groupsOf(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const groups: Entry[][] = []
  let names = new Set<string>()
  let segments = Number.POSITIVE_INFINITY
  for (const entry of entries) {
    const { source, id, segments: its } = entry.command
    const name = JSON.stringify([source, id])
    segments += its.length
    if (names.has(name) || names.size === COMMANDS_TOGETHER || segments > SEGMENTS_TOGETHER) {
      groups.push([])
      names = new Set()
      segments = its.length
    }
    names.add(name)
    groups.at(-1)!.push(entry)
  }
  return groups
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
