import { z } from 'zod'
import { defineOperation } from '../http/operation.ts'
import { MediaObject } from '../resources/media-object.ts'
import { ObjectPost } from '../resources/object-post.ts'

export const postObjects = defineOperation({
  operationId: 'POST_objects',
  method: 'post',
  path: '/objects',
  tag: 'Objects',
  summary: 'Register an object that is kept elsewhere',
  description: 'Ahead of its use: any Flow may use it then, as it is described here.',
  isExtension: true,
  body: ObjectPost,
  bodyExamples: {
    'A media object': {
      id: '2026/11/21/archive-1-0001',
      role: 'media',
      timerange: '[0:0_10:0)',
      get_urls: [{ url: 'https://media.example.com/a.ts', label: 'archive' }],
    },
    'An init object': {
      id: '2026/11/21/archive-1-init',
      role: 'init',
      get_urls: [{ url: 'https://media.example.com/init.mp4', label: 'archive' }],
    },
  },
  responses: {
    201: {
      description: 'Registered.',
      body: MediaObject,
      headers: { Location: z.string().describe('Path of the object.') },
    },
    400: { description: 'The body is not such an object, or its init object is not known.' },
    409: { description: 'The id is known here.' },
  },
})
