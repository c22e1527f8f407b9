import { defineOperation } from '../http/operation.ts'
import { VIDEO } from '../resources/content-format.ts'
import { Source, SourcePost } from '../resources/source.ts'
import { locationOf } from './location-header.ts'

export const postSource = defineOperation({
  operationId: 'POST_sources',
  method: 'post',
  path: '/sources',
  tag: 'Sources',
  summary: 'Create a Source',
  description:
    'Before it has a Flow. Made this way, a Source stays when its last Flow goes; one that came with a Flow does not.',
  isExtension: true,
  body: SourcePost,
  bodyExamples: { 'A camera': { format: VIDEO, label: 'Camera 1', tags: { site: 'studio 3' } } },
  responses: {
    201: { description: 'Created.', body: Source, headers: locationOf('Source') },
    400: { description: 'The body is not a Source.' },
    409: { description: 'A Source has this id.' },
  },
})
