import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express, { type ErrorRequestHandler } from 'express'
import {
  type FilesystemMediaStore,
  type FilesystemMediaStoreOptions,
  openFilesystemMediaStore,
} from '../../services/adapters/media-store/filesystem/filesystem-media-store.ts'
import { send } from '../../services/api/http/answer.ts'
import { errorAnswer, refusalOf } from '../../services/api/http/error-answer.ts'
import { type MediaRouterOptions, mediaRouter } from '../../services/api/media/media-router.ts'

/** A filesystem media store in a directory of its own, behind a real HTTP server. */
export type MediaServer = {
  readonly store: FilesystemMediaStore
  readonly directory: string
  readonly url: string
  readonly server: Server
  /** What went wrong by our own fault: errors that became a 500. */
  readonly failures: readonly unknown[]
  close(): Promise<void>
}

export type MediaServerOptions = Partial<FilesystemMediaStoreOptions> & {
  readonly router?: Omit<MediaRouterOptions, 'stores'>
  /** For stores that the URLs of other tests lead to. */
  readonly moreStores?: readonly FilesystemMediaStore[]
}

export async function startMediaServer(options: MediaServerOptions = {}): Promise<MediaServer> {
  const { router, moreStores = [], ...storeOptions } = options
  const directory = await mkdtemp(join(tmpdir(), 'framelog-media-'))
  let url = ''
  const store = await openFilesystemMediaStore({
    directory,
    publicBaseUrl: () => url,
    storageId: 'b1b0f4a4-9cf1-4a2e-8f6e-64f1a8f0c111',
    signingKey: Buffer.alloc(32, 7),
    urlLifetimeSeconds: 300,
    maxObjectBytes: 1024 ** 3,
    ...storeOptions,
  })

  const failures: unknown[] = []
  const answerErrors: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
    if (!refusalOf(error)) failures.push(error)
    if (response.headersSent) return void response.destroy()
    send(response, errorAnswer(error, Date.now()))
  }
  const app = express()
  app.use(mediaRouter({ stores: [store, ...moreStores], ...router }))
  app.use(answerErrors)
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    store,
    directory,
    url,
    server,
    failures,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(directory, { recursive: true, force: true })
    },
  }
}
