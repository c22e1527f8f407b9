import type { Request, Response, Router } from 'express'
import type { SourceMetadata } from '../../../contracts/events/source-events.ts'
import {
  sourceDescription,
  sourceLabel,
  sourceTag,
  sourceTags,
} from '../../../contracts/operations/source-properties.ts'
import type { SourceChange } from '../../../domain/source/source-change.ts'
import { accessOf } from '../../access/access-of.ts'
import type { SourceRow } from '../../catalog/source-queries.ts'
import { changeSource } from '../../commands/change-source.ts'
import { requireRead } from '../access/require-access.ts'
import type { ApiServices } from '../api-services.ts'
import { fromPastSource } from '../history/past-source.ts'
import { type Answer, answerEmpty, answerJson } from '../http/answer.ts'
import { commandDone, contextOf } from '../http/command-request.ts'
import { notFound } from '../http/http-refusal.ts'
import { mount } from '../http/mount.ts'
import { answerSet, answerTag } from '../http/property-answer.ts'
import { refusalFor } from '../http/rejection.ts'

type Reading = {
  readonly response: Response
  readonly params: { readonly sourceId: string }
  readonly query: { readonly as_of?: string }
}
type Exchange = { readonly request: Request; readonly response: Response }

/** Each property of a Source by itself. */
export function sourcePropertyRoutes(router: Router, services: ApiServices): void {
  const read = (
    { params: { sourceId }, query: { as_of }, response }: Reading,
    answer: (source: SourceMetadata) => Answer,
  ): Answer | Promise<Answer> => {
    const fromRow = ({ document }: SourceRow) => answer(JSON.parse(document))
    if (as_of !== undefined) return fromPastSource(services, sourceId, as_of, fromRow)
    const row = services.catalog.reader.source(sourceId)
    if (!row) throw noSuchSource()
    requireRead(accessOf(response), row, noSuchSource)
    return fromRow(row)
  }

  const write = async (
    { request, response }: Exchange,
    sourceId: string,
    change: SourceChange,
  ): Promise<Answer> => {
    const { outcome, position } = await changeSource(services, contextOf(request, response), sourceId, change)
    if ('refused' in outcome) throw refusalFor(outcome.refused)
    await commandDone(services, response, position)
    return answerEmpty(204)
  }

  mount(router, sourceTags, (asked) => read(asked, ({ tags }) => answerJson(200, tags ?? {})))
  mount(router, sourceTag.get, (asked) =>
    read(asked, ({ tags }) => answerTag('source', tags, asked.params.name)),
  )
  mount(router, sourceTag.put, ({ params: { sourceId, name }, body, ...exchange }) =>
    write(exchange, sourceId, { property: 'tags', name, value: body }),
  )
  mount(router, sourceTag.remove, ({ params: { sourceId, name }, ...exchange }) =>
    write(exchange, sourceId, { property: 'tags', name, value: undefined }),
  )

  const mountText = (property: 'label' | 'description', text: typeof sourceLabel) => {
    mount(router, text.get, (asked) =>
      read(asked, (source) => answerSet('source', property, source[property])),
    )
    mount(router, text.put, ({ params, body, ...exchange }) =>
      write(exchange, params.sourceId, { property, value: body }),
    )
    mount(router, text.remove, ({ params, ...exchange }) =>
      write(exchange, params.sourceId, { property, value: undefined }),
    )
  }
  mountText('description', sourceDescription)
  mountText('label', sourceLabel)
}

const noSuchSource = () => notFound('there is no such source')
