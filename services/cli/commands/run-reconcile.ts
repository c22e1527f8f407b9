import { existsSync } from 'node:fs'
import { loadConfig } from '../../config/config.ts'
import { logPath } from '../../config/log-place.ts'
import { createLogger } from '../../observability/logger.ts'
import { openBesideService } from '../../process/beside-service.ts'
import type { Report } from '../../reconciling/finding.ts'
import { reconcile } from '../../reconciling/reconcile.ts'
import type { ReconcileOptions } from '../../reconciling/reconcile-services.ts'
import type { StorageBackends } from '../../storage/storage-backends.ts'
import { barsInTurn } from '../bars-in-turn.ts'
import { Failure, UsageFailure } from '../failure.ts'
import { printJson } from '../output.ts'
import { reportPrinter } from '../reconcile/report-printer.ts'
import { listenForInterruption } from './interruption.ts'

export type ReconcileFlags = {
  readonly repair?: boolean
  readonly storageId?: readonly string[]
  readonly olderThan: number
  readonly force?: boolean
  readonly json?: boolean
}

export async function runReconcile(flags: ReconcileFlags): Promise<void> {
  const config = loadConfig(process.env)
  const path = logPath(config)
  if (!existsSync(path)) throw new Failure(`there is no event log at ${path} (DATA_DIR names its folder)`)
  const { aborted: signal, end } = listenForInterruption(false)
  const beside = await openBesideService(config, createLogger('silent'))
  const bars = barsInTurn()
  try {
    requireKnown(beside.commands.storageBackends, flags.storageId)
    const options: ReconcileOptions = {
      ...(flags.storageId && { storageIds: flags.storageId }),
      repair: flags.repair ?? false,
      olderThanMs: flags.olderThan * 1000,
      force: flags.force ?? false,
      signal,
      onProgress: bars,
    }
    const reports = reconcile({ ...beside, now: Date.now }, options)
    const left = await tell(reports, bars.stop, flags.json ?? false)
    if (left > 0) throw new Failure(`${left} ${left === 1 ? 'finding is' : 'findings are'} left`)
  } finally {
    bars.stop()
    end()
    await beside.close()
  }
}

function requireKnown({ byId }: StorageBackends, storageIds: readonly string[] = []): void {
  const unknown = storageIds.find((id) => !byId.has(id))
  if (unknown !== undefined) throw new UsageFailure(`--storage-id: there is no storage backend ${unknown}`)
}

/** @returns how much is left; a backend that could not be looked through counts as well */
async function tell(reports: AsyncIterable<Report>, stopBar: () => void, json: boolean): Promise<number> {
  const printer = reportPrinter()
  let left = 0
  for await (const report of reports) {
    stopBar()
    if (json) printJson(report)
    else printer.print(report)
    if (report.type === 'finding') continue
    left += report.left + ('error' in report ? 1 : 0)
  }
  if (!json) printer.finish()
  return left
}
