import { existsSync } from 'node:fs'
import { loadConfig } from '../../config/config.ts'
import { logPath } from '../../config/log-place.ts'
import { holderIn, LEASES, type LeaseName, leaseRegister } from '../../leases/lease-value.ts'
import type { EventLog } from '../../ports/event-log.ts'
import { openLog } from '../../process/open-log.ts'
import { Failure } from '../failure.ts'
import { type Column, column, createTable } from '../listing/table.ts'
import { printJson, printLine } from '../output.ts'

type ListedLease = {
  readonly lease: LeaseName
  readonly host: string | null
  readonly pid: number | null
  readonly since: string | null
}

const COLUMNS: readonly Column<ListedLease>[] = [
  column('lease', ({ lease }) => lease),
  column('host', ({ host }) => host ?? 'nobody'),
  column('pid', ({ pid }) => (pid === null ? undefined : String(pid))),
  column('since', ({ since }) => since ?? undefined),
]

export async function listLeases({ json }: { readonly json?: boolean }): Promise<void> {
  const config = loadConfig(process.env)
  const path = logPath(config)
  if (!existsSync(path)) throw new Failure(`there is no event log at ${path} (DATA_DIR names its folder)`)
  const log = openLog(config)
  try {
    const leases = await Promise.all(LEASES.map((name) => listed(log, name)))
    if (json) return leases.forEach(printJson)
    for (const line of createTable(COLUMNS).lines(leases)) printLine(line)
  } finally {
    await log.close()
  }
}

async function listed(log: EventLog, lease: LeaseName): Promise<ListedLease> {
  const found = await log.readRegister(leaseRegister(lease))
  const { host = null, pid = null, since = null } = (found && holderIn(found.value)) ?? {}
  return { lease, host, pid, since }
}
