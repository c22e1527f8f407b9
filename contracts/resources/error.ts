import { z } from 'zod'
import { DateTimeText } from './time-text.ts'

/** What every refusal and failure looks like. @see TAMS error.json */
export const ErrorBody = z
  .object({
    type: z.string().describe('Names the kind of error, for programs.'),
    summary: z.string().describe('What went wrong and why, for people.'),
    traceback: z.array(z.string()).describe('Never given by this service.').exactOptional(),
    time: DateTimeText.describe('When, to find it in the logs.'),
  })
  .meta({ id: 'Error', description: 'Why a request was not carried out.' })

export type ErrorBody = z.infer<typeof ErrorBody>
