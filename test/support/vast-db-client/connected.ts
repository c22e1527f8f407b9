import { type ConnectOptions, connect, type VastDb } from '../../../services/adapters/vast-db/connect.ts'
import type { ScriptedServer } from './scripted-server.ts'

/** Impatient, so that tests need not wait. */
export const connected = (
  servers: readonly Pick<ScriptedServer, 'url'>[],
  options: Partial<ConnectOptions> = {},
): Promise<VastDb> =>
  connect({
    endpoints: servers.map(({ url }) => url),
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    retries: { tries: 5, totalMs: 60_000, firstWaitMs: 1 },
    ...options,
  })
