import { z } from 'zod'
import { InvalidConfig } from './invalid-config.ts'

/** As EventStoreDB's clients take it. What is wrong with one is told without it: it may have a password. */
export const EventStoreUrl = z
  .string()
  .regex(/^(esdb(\+discover)?:\/\/\S+)?$/, 'must begin with esdb:// or esdb+discover://')
  .transform((url) => (url === '' ? undefined : url))
  .optional()

/** By itself, for commands that need no more. @throws InvalidConfig */
export function loadEventStoreUrl(environment: NodeJS.ProcessEnv): string | undefined {
  const { success, data, error } = EventStoreUrl.safeParse(environment['EVENTSTORE_URL'])
  if (success) return data
  throw new InvalidConfig(
    `these environment variables are wrong:\n  EVENTSTORE_URL: ${error.issues[0]?.message}`,
  )
}
