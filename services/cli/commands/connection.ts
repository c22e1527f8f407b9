import { createHttpClient, type HttpClient } from '../http/http-client.ts'
import type { RetryPolicy } from '../http/with-retries.ts'
import { authorizationOf } from '../tams/authorization.ts'
import { createService, type Service } from '../tams/service.ts'
import { Interrupted, listenForInterruption } from './interruption.ts'
import type { ServiceFlags } from './service-options.ts'

export type Connection = {
  readonly service: Service
  readonly http: HttpClient
  /** Everything that goes on over the connection ends with it. */
  readonly signal: AbortSignal
  /** At this, what only follows something ends in order. */
  readonly stopped: AbortSignal
}

export type ConnectionOptions = {
  readonly retries: RetryPolicy
  /** To one server at a time. */
  readonly connections: number
  readonly isFollowing: boolean
}

/** Lends a connection to the service, and ends all that goes on over it when `use` is over. */
export async function withConnection<T>(
  flags: Pick<ServiceFlags, 'url' | 'token' | 'user'>,
  { retries, connections, isFollowing }: ConnectionOptions,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const authorization = authorizationOf(flags)
  const { stopped, aborted: signal, end } = listenForInterruption(isFollowing)
  const http = createHttpClient(signal, connections)
  const service = createService({ url: flags.url, authorization, http, retries, signal })
  try {
    return await use({ service, http, signal, stopped })
  } catch (error) {
    // Whatever an interruption broke is not what went wrong.
    throw signal.reason instanceof Interrupted ? signal.reason : error
  } finally {
    end()
    await http.close()
  }
}
