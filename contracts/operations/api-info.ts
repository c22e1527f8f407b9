import type { DocumentInfo } from '../http/openapi.ts'
import { operationTags } from './tags.ts'

/** The version of TAMS these operations implement. */
export const API_VERSION = '8.2'

export const apiInfo: DocumentInfo = {
  title: 'Framelog',
  version: API_VERSION,
  description:
    'A Time-addressable Media Store: media in Flows, each a timeline of Flow Segments, found by time. ' +
    'It speaks TAMS 8.2; what it adds is marked `x-framelog-extension`.',
  license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
  tags: operationTags,
}
