import { z } from 'zod'
import { ErrorBody } from '../../resources/error.ts'
import { FailedSegments } from '../../resources/flow-segment.ts'
import { DateTimeText } from '../../resources/time-text.ts'
import { Uuid } from '../../resources/uuid.ts'

/** What a producer asks for by a message: as POST /flows/{flowId}/segments, whose body is its data. */
export const REGISTER_SEGMENTS = 'tams.commands.register_segments'
export const SEGMENTS_REGISTERED = 'tams.commands.segments_registered'
export const COMMAND_REJECTED = 'tams.commands.rejected'

/** Of the whole name of a topic, what comes after the prefix. */
export const COMMAND_TOPICS = {
  segments: 'commands.segments',
  results: 'commands.results',
  rejected: 'commands.rejected',
} as const

const CommandId = z.string().min(1).max(255)
const CommandSource = z.string().min(1).max(1024)

/** Everything of a command but its data. @see CloudEvents 1.0 */
export const SegmentCommandAttributes = z
  .object({
    specversion: z.literal('1.0'),
    id: CommandId.describe(
      'With `source`, names the command: it is carried out once, however often it is sent.',
    ),
    source: CommandSource.describe('Who sends it.'),
    type: z.literal(REGISTER_SEGMENTS),
    subject: Uuid.describe('The Flow. The same as the key of the message, if that has one.'),
    datacontenttype: z
      .string()
      .regex(/^application\/json(\s*;.*)?$/i, 'must be application/json')
      .exactOptional(),
  })
  .meta({ id: 'SegmentCommandAttributes', description: 'What CloudEvents 1.0 says about a command.' })

export type SegmentCommandAttributes = z.infer<typeof SegmentCommandAttributes>

const Command = z
  .object({ source: CommandSource, id: CommandId })
  .describe('The command that is answered, as it named itself.')

/** The answer to a command that was carried out, if only in part. */
export const SegmentsRegistered = z
  .object({
    command: Command,
    flow_id: Uuid,
    position: z.int().describe('Of the log: what `Framelog-Position` is to a request.'),
    registered: z.int().describe('How many Flow Segments are on the timeline.'),
    failed: z.int().describe('How many were refused.'),
    failed_segments: FailedSegments.shape.failed_segments.describe(
      'Those that were refused, each with why; the first some thousand where there are more.',
    ),
  })
  .meta({ id: 'SegmentsRegistered', description: 'What a command came to.' })

export type SegmentsRegistered = z.infer<typeof SegmentsRegistered>

/** The answer to a command that changed nothing. */
export const CommandRejected = z
  .object({
    command: Command.exactOptional(),
    flow_id: Uuid.exactOptional(),
    error: ErrorBody.describe('Why, as a request would be told.'),
    message: z
      .object({ topic: z.string(), partition: z.int(), offset: z.string() })
      .describe('Where the command is.'),
  })
  .meta({ id: 'CommandRejected', description: 'Why a command was not carried out.' })

export type CommandRejected = z.infer<typeof CommandRejected>

/** Everything of an answer but its data. */
export const CommandAnswerAttributes = z
  .object({
    specversion: z.literal('1.0'),
    id: Uuid.describe('The same for each answer to one command.'),
    source: z.url().describe('The service that was asked.'),
    type: z.enum([SEGMENTS_REGISTERED, COMMAND_REJECTED]),
    subject: Uuid.describe('The Flow.').exactOptional(),
    time: DateTimeText.describe('When it was decided.'),
    datacontenttype: z.literal('application/json'),
  })
  .meta({ id: 'CommandAnswerAttributes', description: 'What CloudEvents 1.0 says about an answer.' })

export type CommandAnswerAttributes = z.infer<typeof CommandAnswerAttributes>
