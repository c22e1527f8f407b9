import { createHttpClient, type HttpClient } from '../../services/cli/http/http-client.ts'
import type { RetryPolicy } from '../../services/cli/http/with-retries.ts'
import { createService, type Service } from '../../services/cli/tams/service.ts'

/** Tries as often as a patient command, but hardly waits in between. */
export const IMPATIENT: RetryPolicy = { attempts: 8, firstWaitMs: 1, maxWaitMs: 5 }

export type TestClient = { readonly service: Service; readonly http: HttpClient; close(): Promise<void> }

export function createTestClient(url: URL, token?: string): TestClient {
  const closing = new AbortController()
  const { signal } = closing
  const http = createHttpClient(signal, 16)
  const authorization = token === undefined ? undefined : `Bearer ${token}`
  return {
    http,
    service: createService({ url, authorization, http, retries: IMPATIENT, signal }),
    close: async () => {
      closing.abort()
      await http.close()
    },
  }
}
