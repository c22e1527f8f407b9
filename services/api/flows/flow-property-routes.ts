import type { Request, Response, Router } from 'express'
import {
  flowAvgBitRate,
  flowCollection,
  flowDescription,
  flowLabel,
  flowMaxBitRate,
  flowReadOnly,
  flowTag,
  flowTags,
} from '../../../contracts/operations/flow-properties.ts'
import type { FlowMetadata } from '../../../contracts/resources/flow.ts'
import type { FlowChange } from '../../../domain/flow/flow-change.ts'
import { accessOf } from '../../access/access-of.ts'
import type { FlowRow } from '../../catalog/flow-queries.ts'
import { changeFlow } from '../../commands/change-flow.ts'
import { requireRead } from '../access/require-access.ts'
import { knownFlows, seenRow } from '../access/seen-references.ts'
import type { ApiServices } from '../api-services.ts'
import { fromPastFlow } from '../history/past-flow.ts'
import { type Answer, answerEmpty, answerJson } from '../http/answer.ts'
import { commandDone, contextOf } from '../http/command-request.ts'
import { notFound } from '../http/http-refusal.ts'
import { mount } from '../http/mount.ts'
import { answerSet, answerTag } from '../http/property-answer.ts'
import { refusalFor } from '../http/rejection.ts'

type Reading = {
  readonly response: Response
  readonly params: { readonly flowId: string }
  readonly query: { readonly as_of?: string }
}
type Exchange = { readonly request: Request; readonly response: Response }

/** Each property of a Flow by itself. */
export function flowPropertyRoutes(router: Router, services: ApiServices): void {
  const { catalog } = services

  const fromRow = (asked: Reading, answer: (row: FlowRow) => Answer): Answer | Promise<Answer> => {
    const { flowId: flow_id } = asked.params
    const { as_of } = asked.query
    if (as_of !== undefined) return fromPastFlow(services, { as_of, flow_id }, answer)
    const row = catalog.reader.flow(flow_id)
    if (!row) throw noSuchFlow()
    const access = accessOf(asked.response)
    requireRead(access, row, noSuchFlow)
    return answer(access ? seenRow(row, knownFlows(access, catalog.reader)) : row)
  }
  const read = (asked: Reading, answer: (flow: FlowMetadata) => Answer) =>
    fromRow(asked, ({ document }) => answer(JSON.parse(document)))

  const write = async (
    { request, response }: Exchange,
    flowId: string,
    change: FlowChange,
  ): Promise<Answer> => {
    const { outcome, position } = await changeFlow(services, contextOf(request, response), flowId, change)
    if ('refused' in outcome) throw refusalFor(outcome.refused)
    await commandDone(services, response, position)
    return answerEmpty(204)
  }

  mount(router, flowTags, (asked) => read(asked, ({ tags }) => answerJson(200, tags ?? {})))
  mount(router, flowTag.get, (asked) => read(asked, ({ tags }) => answerTag('flow', tags, asked.params.name)))
  mount(router, flowTag.put, ({ params: { flowId, name }, body, ...exchange }) =>
    write(exchange, flowId, { property: 'tags', name, value: body }),
  )
  mount(router, flowTag.remove, ({ params: { flowId, name }, ...exchange }) =>
    write(exchange, flowId, { property: 'tags', name, value: undefined }),
  )

  const mountText = (property: 'label' | 'description', text: typeof flowLabel) => {
    mount(router, text.get, (asked) => read(asked, (flow) => answerSet('flow', property, flow[property])))
    mount(router, text.put, ({ params, body, ...exchange }) =>
      write(exchange, params.flowId, { property, value: body }),
    )
    mount(router, text.remove, ({ params, ...exchange }) =>
      write(exchange, params.flowId, { property, value: undefined }),
    )
  }
  mountText('description', flowDescription)
  mountText('label', flowLabel)

  const mountRate = (property: 'max_bit_rate' | 'avg_bit_rate', rate: typeof flowMaxBitRate) => {
    mount(router, rate.get, (asked) => read(asked, (flow) => answerSet('flow', property, flow[property])))
    mount(router, rate.put, ({ params, body, ...exchange }) =>
      write(exchange, params.flowId, { property, value: body }),
    )
    mount(router, rate.remove, ({ params, ...exchange }) =>
      write(exchange, params.flowId, { property, value: undefined }),
    )
  }
  mountRate('max_bit_rate', flowMaxBitRate)
  mountRate('avg_bit_rate', flowAvgBitRate)

  mount(router, flowReadOnly.get, (asked) =>
    read(asked, ({ read_only }) => answerJson(200, read_only ?? false)),
  )
  mount(router, flowReadOnly.put, ({ params, body, ...exchange }) =>
    write(exchange, params.flowId, { property: 'read_only', value: body }),
  )

  mount(router, flowCollection.get, (asked) =>
    fromRow(asked, ({ collection }) => ({ status: 200, json: `[${collection ?? ''}]` })),
  )
  mount(router, flowCollection.put, ({ params, body, ...exchange }) =>
    write(exchange, params.flowId, { property: 'flow_collection', value: body }),
  )
  mount(router, flowCollection.remove, ({ params, ...exchange }) =>
    write(exchange, params.flowId, { property: 'flow_collection', value: undefined }),
  )
}

const noSuchFlow = () => notFound('there is no such flow')
