import type { SourceRejection } from '../../../domain/source/source.ts'
import type { Tellings } from '../http/telling.ts'

export const sourceTellings: Tellings<SourceRejection> = {
  source_format_differs: {
    status: 400,
    summary: ({ source_id, format }) => `format: the source ${source_id} is ${format}`,
  },
}
