import { formatTimeRange } from '../../../contracts/time/timerange.ts'
import { exportFlow } from '../export/export-flow.ts'
import { writeFileAtomically, writeToStream } from '../export/write-output.ts'
import { PATIENT } from '../http/with-retries.ts'
import { printJson, printNote } from '../output.ts'
import { sizeText } from '../progress.ts'
import { withConnection } from './connection.ts'
import type { ServiceFlags } from './service-options.ts'
import { timerangeFlag } from './timerange-flag.ts'

export type ExportFlags = ServiceFlags & {
  readonly output: string
  readonly timerange: string
  readonly readAhead: number
}

/** Objects that were asked for keep their connections, and the next page of segments needs one too. */
const OTHER_CONNECTIONS = 4

export async function runExport(flowId: string, flags: ExportFlags): Promise<void> {
  const timerange = formatTimeRange(timerangeFlag(flags.timerange))
  const { readAhead, output, json } = flags
  const isPiped = output === '-'
  const options = { retries: PATIENT, connections: readAhead + OTHER_CONNECTIONS, isFollowing: false }
  const report = await withConnection(flags, options, async ({ service }) => {
    const media = exportFlow({ service, flowId, timerange, readAhead })
    if (isPiped) await writeToStream(process.stdout, media.bytes)
    else await writeFileAtomically(output, media.bytes)
    return media.report()
  })
  if (json && !isPiped) printJson(report)
  else printNote(`${report.segments} segments, ${sizeText(report.bytes)}, ${report.timerange}`)
}
