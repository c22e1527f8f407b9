import { type ConnectOptions, connect, type VastDb } from '../../../services/adapters/vast-db/connect.ts'
import type { VastDbServer } from '../vast-db/vast-db-server.ts'

/** A client of a test server, impatient, so that tests need not wait. */
export const clientOf = (
  { url, account }: Pick<VastDbServer, 'url' | 'account'>,
  options: Partial<ConnectOptions> = {},
): Promise<VastDb> =>
  connect({
    endpoints: [url],
    credentials: account,
    retries: { tries: 10, totalMs: 60_000, firstWaitMs: 1 },
    leaveAloneMs: { first: 1, most: 10 },
    ...options,
  })
