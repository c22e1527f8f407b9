import type { BackendSummary, Finding, ReferenceSummary, Report } from '../../reconciling/finding.ts'
import { column, createTable } from '../listing/table.ts'
import { printLine } from '../output.ts'
import { sizeText } from '../progress.ts'

export type ReportPrinter = {
  /** Findings are printed as they come, sums are kept for the end. */
  print(report: Report): void
  finish(): void
}

export function reportPrinter(): ReportPrinter {
  const backends: BackendSummary[] = []
  let references: ReferenceSummary | undefined
  return {
    print: (report) => {
      if (report.type === 'finding') printLine(lineOf(report))
      else if (report.type === 'backend') backends.push(report)
      else references = report
    },
    finish: () => {
      for (const line of createTable(BACKEND_COLUMNS).lines(backends)) printLine(line)
      for (const { storage_id, label, error } of backends)
        if (error !== undefined) printLine(`storage backend ${label ?? storage_id}: ${error}`)
      if (references) printLine(referenceText(references))
    },
  }
}

/** E.g. `missing  2026/11/21/0f…  of object a  in 5d9f…: settled`. */
function lineOf(finding: Finding): string {
  const { outcome, reason } = finding
  const end = [outcome === 'open' ? '' : `: ${outcome}`, reason === undefined ? '' : ` (${reason})`].join('')
  if ('counted' in finding) {
    const { kind, object_id, counted, uses } = finding
    return `${wordsOf(kind)}  object ${object_id}  ${counted} counted, ${uses} in use${end}`
  }
  const { kind, storage_id, key, object_id, size_bytes, expected_bytes } = finding
  const parts = [
    wordsOf(kind),
    `${storage_id} ${key}`,
    ...(object_id === undefined ? [] : [`object ${object_id}`]),
    ...(size_bytes === undefined ? [] : [`${size_bytes} bytes`]),
    ...(expected_bytes === undefined ? [] : [`${expected_bytes} expected`]),
  ]
  return parts.join('  ') + end
}

const wordsOf = (kind: string): string => kind.replaceAll('_', ' ')

const BACKEND_COLUMNS = [
  column<BackendSummary>('backend', ({ label, storage_id }) => label ?? storage_id),
  column<BackendSummary>('objects', ({ objects }) => objects),
  column<BackendSummary>('size', ({ size_bytes }) => sizeText(size_bytes)),
  column<BackendSummary>('missing', ({ missing }) => missing),
  column<BackendSummary>('orphaned', ({ orphaned }) => orphaned),
  column<BackendSummary>('other size', ({ other_size }) => other_size),
  column<BackendSummary>('left', ({ left }) => left),
]

const referenceText = ({
  objects,
  dangling_references,
  uncounted_references,
  left,
}: ReferenceSummary): string =>
  `references of ${objects} objects: ${dangling_references} dangling, ${uncounted_references} uncounted, ${left} left`
