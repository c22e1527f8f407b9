import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Response, Router } from 'express'
import { pino } from 'pino'
import { authClasses } from '../../../services/access/auth-classes.ts'
import { actAs, type Principal, SCOPES, type Scope } from '../../../services/access/principal.ts'
import type { ApiServices } from '../../../services/api/api-services.ts'
import { createApp } from '../../../services/api/app.ts'
import type { AuthClassesConfig } from '../../../services/config/load-auth-classes.ts'
import { openEventStreams } from '../../../services/event-streams/open-event-streams.ts'
import { pastCatalogs } from '../../../services/history/past-catalogs.ts'
import { createMetrics } from '../../../services/observability/metrics.ts'
import { openEventIndex } from '../../../services/public-events/event-index.ts'
import { keepIndex } from '../../../services/public-events/keep-index.ts'
import { sealer } from '../../../services/sealing/sealer.ts'
import { type CommandHarness, openCommandHarness } from '../command-harness.ts'
import { withFolder } from '../running-service.ts'
import { sendRaw, type TamsAnswer } from '../tams-requests.ts'

/** Who asks, as its token would say. */
export type Asker = { readonly groups: readonly string[]; readonly scopes?: readonly Scope[] }

export type Ask = (method: string, path: string, body?: unknown) => Promise<TamsAnswer>

export type ServedApp = {
  readonly url: string
  readonly folder: string
  readonly harness: CommandHarness
  /** Asks as a member of these groups, who has every scope but that of administrators. */
  as(...groups: string[]): Ask
  asAsker(asker: Asker): Ask
  /** Asks as someone who may do everything. */
  readonly admin: Ask
  /** What the header says that stands for credentials here. */
  credentialsOf(asker: Asker): Record<string, string>
}

const NOT_ADMIN = SCOPES.filter((scope) => scope !== 'tams-api/admin')
const ADMIN: Asker = { groups: [], scopes: SCOPES }
const HEADER = 'x-asker'

/** The whole HTTP service on a log of its own, for callers who are believed what they say they are. */
export async function withServedApp(
  config: AuthClassesConfig,
  use: (served: ServedApp) => Promise<void>,
  changes: (harness: CommandHarness) => Partial<ApiServices> = () => ({}),
  // Not where someone else tells webhooks.
  keepsIndex = true,
): Promise<void> {
  await withFolder(async (folder) => {
    const harness = await openCommandHarness(folder)
    const { log, catalog } = harness
    const logger = pino({ level: 'silent' })
    let url = 'http://localhost'
    const publicUrl = () => url
    const indexPath = join(folder, 'public-events.db')
    const index = keepsIndex ? await openEventIndex(indexPath, log) : undefined
    const keeping = index && keepIndex(log, index)
    const services: ApiServices = {
      ...harness.services,
      mediaDeleteGraceSeconds: 0,
      log,
      pastCatalogs: pastCatalogs(),
      outboundPolicy: { allowedNetworks: [], allowsLoopback: true },
      webhookKeys: sealer(randomBytes(32)),
      deleteWaitMs: 0,
      deletionRetentionSeconds: 3600,
      segmentsDeleted: () => {},
      now: Date.now,
      publicUrl,
      serviceVersion: 'test',
      minObjectTimeout: 3600,
      minPresignedUrlTimeout: 3600,
      ...changes(harness),
    }
    const { storageBackends } = services
    const streams = openEventStreams({ log, catalog, indexPath, storageBackends, publicUrl, logger })
    const metrics = createMetrics({
      logPosition: () => log.head(),
      catalogPosition: catalog.position,
      openDeletions: () => 0,
      openCopies: () => 0,
      pendingPurges: async () => [],
    })
    const { listener, messages } = createApp({
      services,
      dependencies: {
        logPosition: () => log.head(),
        checks: {},
        storageChecks: {},
        moreMetrics: async () => '',
      },
      eventStreams: { ...streams.streams, max: 100 },
      analytics: { viewsPath: join(folder, 'views.db'), catalogPath: join(folder, 'catalog.db') },
      vast: undefined,
      media: Router(),
      authClasses: authClasses(config),
      logger,
      metrics,
      exposeMetrics: true,
      corsOrigins: 'local',
      guard: undefined,
      isSecure: false,
      trustedProxies: [],
      maxRequestsPerMinute: undefined,
    })
    const server = createServer(messages, (request, response) => {
      const held = Object.assign(response, { locals: {} }) as unknown as Response
      const said = request.headers[HEADER]
      if (typeof said === 'string') actAs(held, principalOf(JSON.parse(said)))
      listener(request, response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const credentialsOf = (asker: Asker) => ({ [HEADER]: JSON.stringify(asker) })
    const asAsker =
      (asker: Asker): Ask =>
      (method, path, body) =>
        sendRaw(`${url}${path}`, method, body === undefined ? undefined : JSON.stringify(body), {
          ...credentialsOf(asker),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        })
    try {
      await use({
        url,
        folder,
        harness,
        as: (...groups) => asAsker({ groups }),
        asAsker,
        admin: asAsker(ADMIN),
        credentialsOf,
      })
    } finally {
      streams.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      streams.close()
      await keeping?.stop()
      index?.close()
      await harness.close()
    }
  })
}

const principalOf = ({ groups, scopes = NOT_ADMIN }: Asker): Principal => ({
  name: groups.join(' ') || null,
  scopes: new Set(scopes),
  groups,
})
