import type { Response, Router } from 'express'
import {
  deleteSegmentTag,
  getSegmentTag,
  getSegmentTags,
  putSegmentTag,
} from '../../../contracts/operations/segment-tags.ts'
import type { Tags } from '../../../contracts/resources/tags.ts'
import { accessOf } from '../../access/access-of.ts'
import type { CommandResult } from '../../commands/run-command.ts'
import { type TagSegmentsOutcome, tagSegments } from '../../commands/tag-segments.ts'
import { requireRead } from '../access/require-access.ts'
import type { ApiServices } from '../api-services.ts'
import { type Answer, answerEmpty, answerJson } from '../http/answer.ts'
import { commandDone, contextOf } from '../http/command-request.ts'
import { mount } from '../http/mount.ts'
import { refusalFor } from '../http/rejection.ts'

type Use = { readonly flowId: string; readonly objectId: string }

/** Tags of a Flow's use of an object. Not in TAMS. */
export function segmentTagRoutes(router: Router, services: ApiServices): void {
  const tagsOf = ({ flowId, objectId: object_id }: Use, response: Response): Tags => {
    const { reader } = services.catalog
    const unknown = () => refusalFor({ reason: 'segment_unknown', object_id })
    const flow = reader.flow(flowId)
    if (flow) requireRead(accessOf(response), flow, unknown)
    const tags = flow && reader.segmentTags(flowId, object_id)
    if (!tags) throw unknown()
    return tags
  }
  const done = async (
    command: Promise<CommandResult<TagSegmentsOutcome>>,
    response: Response,
  ): Promise<Answer> => {
    const { outcome, position } = await command
    if ('refused' in outcome) throw refusalFor(outcome.refused)
    await commandDone(services, response, position)
    return answerEmpty(204)
  }
  const useOf = ({ flowId, objectId, name }: Use & { readonly name: string }) => ({
    flow_id: flowId,
    object_id: objectId,
    name,
  })

  mount(router, getSegmentTags, ({ params, response }) => answerJson(200, tagsOf(params, response)))

  mount(router, getSegmentTag, ({ params, response }) => {
    const tags = tagsOf(params, response)
    const { name } = params
    if (!Object.hasOwn(tags, name)) throw refusalFor({ reason: 'segment_tag_unknown', name })
    return answerJson(200, tags[name])
  })

  mount(router, putSegmentTag, ({ params, body, request, response }) => {
    const tag = { ...useOf(params), value: body }
    return done(tagSegments(services, contextOf(request, response), tag), response)
  })

  mount(router, deleteSegmentTag, ({ params, request, response }) =>
    done(tagSegments(services, contextOf(request, response), useOf(params)), response),
  )
}
