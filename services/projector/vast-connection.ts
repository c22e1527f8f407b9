import { type ConnectOptions, connect, type VastDb } from '../adapters/vast-db/connect.ts'
import type { SchemaRef } from '../adapters/vast-db/names.ts'
import type { VastConfig } from '../config/vast-variables.ts'

export const placeOf = ({ bucket, schema }: VastConfig): SchemaRef => ({ bucket, schema })

/** For whoever has time. @throws VastDbError */
export const connectTo = (
  { endpoints, credentials }: VastConfig,
  options: Partial<ConnectOptions> = {},
): Promise<VastDb> => connect({ endpoints, credentials, userAgent: 'framelog', ...options })

/** For people who wait. */
export const PROMPT = { tries: 4, totalMs: 8_000, firstWaitMs: 250 } as const
