import { ByteBuffer } from 'flatbuffers'
import { Deref } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/deref.ts'
import type { Expression } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/expression.ts'
import { ExpressionImpl } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/expression-impl.ts'
import { FieldIndex } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/field-index.ts'
import { FieldRef } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/field-ref.ts'
import { Project } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/project.ts'
import { Relation } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/relation.ts'
import { RelationImpl } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/relation-impl.ts'
import { Source } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/source.ts'
import { readable } from '../arrow/ipc.ts'
import { type Clause, clausesOf } from '../query/filter.ts'
import { COMPLETED, KEEP_ALIVE, pageFrames } from '../query/frames.ts'
import { isLeaf, type Node, nodesOf } from '../query/leaves.ts'
import { predicateOf } from '../query/predicate.ts'
import { NO_ROW } from '../query/row-id.ts'
import { IDS_PER_ROW_GROUP, pages, scan } from '../query/scan.ts'
import { fieldOf } from '../query/wire-field.ts'
import { badRequest } from '../refusal.ts'
import { tableOf } from '../store/database.ts'
import type { Table } from '../store/table.ts'
import { type Call, type Command, type Reply, type Settings, tableAddress } from './command.ts'
import { type Plan, planOf } from './query-plan.ts'

export const QUERY_COMMANDS: Record<string, Command> = {
  GET: {
    of: 'table',
    body: 'some',
    required: [
      'tabular-split',
      'tabular-num-of-subsplits',
      'tabular-request-format',
      'tabular-response-format',
    ],
    headers: [
      'tabular-start-row-id-',
      'tabular-limit-rows',
      'tabular-enable-sorted-projections',
      'tabular-schedule-id',
      'tabular-retry-count',
    ],
    run: query,
  },
}

export type Query = {
  readonly leaves: readonly Node[]
  readonly clauses: readonly Clause[]
}

function query(call: Call): Reply {
  const table = tableOf(call.transaction.seen(), tableAddress(call))
  const asked = readable(() => queryOf(table, call.request.body))
  const plan = planOf(call.request)
  return {
    body: plan.isEstimate
      ? estimate(table, asked, call.engine.settings)
      : answer(table, asked, plan, call.engine.settings),
  }
}

/** What a body asks for, of the two shapes that clients send. @see section 6.2 of the protocol */
export function queryOf(table: Table, body: Uint8Array): Query {
  const root = Relation.getRootAsRelation(new ByteBuffer(body))
  const isProject = root.implType() === RelationImpl.Project
  const project: Project | undefined = isProject ? root.impl(new Project()) : undefined
  const relation = project ? project.rel() : root
  if (relation?.implType() !== RelationImpl.Source) throw badRequest('a query is of a source')
  const source: Source = relation.impl(new Source())
  const schema = source.schema()
  if (!schema) throw badRequest('a query has a schema')
  const fields = Array.from({ length: schema.fieldsLength() }, (_, at) => fieldOf(schema.fields(at) as never))
  const nodes = nodesOf(table, fields)
  const positions = project
    ? Array.from({ length: project.expressionsLength() }, (_, at) => positionOf(project.expressions(at)))
    : Array.from({ length: source.projectionLength() }, (_, at) => source.projection(at)?.position() ?? 0)
  if (new Set(positions).size !== positions.length) throw badRequest('a column is projected twice')
  const leaves = positions.map((position) => leafAt(nodes, position))
  return { leaves, clauses: clausesOf(source.filter(), nodes) }
}

function positionOf(expression: Expression | null): number {
  if (expression?.implType() !== ExpressionImpl.FieldRef) throw badRequest('only columns are projected')
  const reference: FieldRef = expression.impl(new FieldRef())
  if (reference.refType() !== Deref.FieldIndex) throw badRequest('a column is referred to by its position')
  return (reference.ref(new FieldIndex()) as FieldIndex).position()
}

function leafAt(nodes: readonly Node[], position: number): Node {
  const node = nodes[position]
  if (!node || !isLeaf(node))
    throw badRequest(`what is projected are leaves, and there is none at ${position}`)
  return node
}

/** Frames of all unfinished sub-splits in turn, each answered if only with no rows. @see section 6.10 */
function* answer(
  table: Table,
  { leaves, clauses }: Query,
  plan: Plan,
  settings: Settings,
): Generator<Buffer> {
  const predicate = predicateOf(clauses)
  const streams = plan.starts.flatMap((start, subSplit) => {
    if (start === NO_ROW) return []
    const scanned = scan(table.chunks, plan.share(subSplit), start, predicate)
    const limits = { rowsPerPage: settings.rowsPerPage, limit: plan.limit }
    return [framesOf(subSplit, leaves, pages(scanned, limits), settings)]
  })
  let sent = 0
  for (const frame of inTurn(streams)) {
    if (settings.framesPerKeepAlive > 0 && sent++ % settings.framesPerKeepAlive === 0) yield KEEP_ALIVE
    yield frame
  }
  yield COMPLETED
}

function* framesOf(
  subSplit: number,
  leaves: readonly Node[],
  all: ReturnType<typeof pages>,
  settings: Settings,
) {
  for (const page of all) yield* pageFrames(subSplit, leaves, page, settings)
}

function* inTurn<T>(streams: readonly Iterator<T>[]): Generator<T> {
  const left = [...streams]
  while (left.length > 0) {
    for (const stream of [...left]) {
      const { value, done } = stream.next()
      if (done) left.splice(left.indexOf(stream), 1)
      else yield value
    }
  }
}

/** A first batch that is one row long for each row group there is. @see section 6.9 */
function* estimate(table: Table, { leaves, clauses }: Query, settings: Settings): Generator<Buffer> {
  const all = { slot: 0, slots: 1, idsPerUnit: IDS_PER_ROW_GROUP }
  const limit = Math.ceil(table.rows / IDS_PER_ROW_GROUP)
  const limits = { rowsPerPage: limit, limit }
  const [page] = pages(scan(table.chunks, all, 0, predicateOf(clauses)), limits)
  if (page)
    yield* pageFrames(0, leaves, { ...page, next: NO_ROW }, { ...settings, rowsPerBatch: Math.max(1, limit) })
  yield COMPLETED
}
