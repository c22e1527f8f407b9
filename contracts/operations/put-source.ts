import { defineOperation } from '../http/operation.ts'
import { VIDEO } from '../resources/content-format.ts'
import { Source, SourcePut } from '../resources/source.ts'
import { sourceParams } from './source-params.ts'

export const putSource = defineOperation({
  operationId: 'PUT_sources-sourceId',
  method: 'put',
  path: '/sources/{sourceId}',
  tag: 'Sources',
  summary: 'Create or replace a Source',
  description:
    'Replaces label, description and tags: what the body leaves out is unset. The format stays. A Source made ' +
    'this way stays when its last Flow goes.',
  isExtension: true,
  params: sourceParams,
  body: SourcePut,
  bodyExamples: {
    'A camera': { id: '7f1de0a4-3b43-4f0e-8f0e-6d1d3a4c9b21', format: VIDEO, label: 'Camera 1' },
  },
  responses: {
    201: { description: 'Created.', body: Source },
    204: { description: 'Replaced.' },
    400: { description: 'The body is not a Source, or the Source has another format.' },
    404: { description: 'The id in the path can be no Source’s.' },
  },
})
