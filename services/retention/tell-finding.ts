import type { TagValue } from '../../contracts/resources/tags.ts'
import { formatTimeRange, type NonEmptyRange, parseTimeRange } from '../../contracts/time/timerange.ts'
import { FLOW_RETENTION, type RetentionFinding, SEGMENT_RETENTION } from '../../domain/retention/retention.ts'
import type { CatalogReader } from '../catalog/catalog-reader.ts'
import { SEGMENTS_PER_CHUNK } from '../commands/remove-segments.ts'
import type { RetentionServices } from './retention-services.ts'
import type { TaggedFlow } from './tagged-flows.ts'
import type { ToldFindings } from './told-findings.ts'

/** Logs what is left alone and, in a dry run, what would not be: each once, for as long as it stays so. */
export function tellFinding(
  { mode, logger, commands }: RetentionServices,
  told: ToldFindings,
  { id: flow_id, retained: { tags } }: TaggedFlow,
  finding: RetentionFinding,
): void {
  if ('due' in finding && mode === 'on') return
  const said = {
    flow_id,
    [FLOW_RETENTION]: shown(tags[FLOW_RETENTION]),
    [SEGMENT_RETENTION]: shown(tags[SEGMENT_RETENTION]),
  }
  const about = 'due' in finding ? finding.due : finding.skipped
  if (!told.isNew(JSON.stringify([about, said]))) return
  if ('skipped' in finding) logger.warn({ ...said, reason: about }, 'retention leaves a flow alone')
  else if (finding.due === 'flow') logger.info(said, 'retention would delete a flow')
  else {
    const due = dueSegments(commands.catalog.reader, flow_id, finding.range)
    logger.info({ ...said, ...due }, 'retention would delete segments')
  }
}

/** Counted as far as one append would delete them. */
function dueSegments(reader: CatalogReader, flow_id: string, range: NonEmptyRange) {
  const seen = reader.segmentsWithin(flow_id, range, undefined, SEGMENTS_PER_CHUNK + 1)
  const first = parseTimeRange(seen[0]?.timerange ?? '()')
  const timerange = first.kind === 'empty' ? first : { ...range, start: first.start }
  return {
    timerange: formatTimeRange(timerange),
    segments: Math.min(seen.length, SEGMENTS_PER_CHUNK),
    has_more: seen.length > SEGMENTS_PER_CHUNK,
  }
}

/** A client may have written anything there. */
const shown = (value: TagValue | undefined): string | undefined =>
  value === undefined ? undefined : String(value).slice(0, 64)
