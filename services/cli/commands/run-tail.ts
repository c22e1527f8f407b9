import { PublicEventType } from '../../../contracts/events/public/public-event-type.ts'
import {
  type SubscribeOptions,
  SubscriptionRefused,
  subscribe,
  type ToldEvent,
} from '../../subscriber/subscribe.ts'
import { Failure, UsageFailure } from '../failure.ts'
import { printJson, printLine, printNote } from '../output.ts'
import { authorizationOf } from '../tams/authorization.ts'
import { listenForInterruption } from './interruption.ts'
import type { ServiceFlags } from './service-options.ts'

export type TailFlags = ServiceFlags & {
  readonly type?: readonly string[]
  readonly flow?: readonly string[]
  readonly source?: readonly string[]
  readonly from?: string
  readonly after?: string
  readonly getUrls?: boolean
  readonly label?: readonly string[]
  readonly storage?: readonly string[]
  readonly presigned?: boolean
  readonly verboseStorage?: boolean
}

const MAX_DATA_CHARACTERS = 160

export async function runTail(flags: TailFlags): Promise<void> {
  const { url, json = false, type, flow, source, from, after } = flags
  const types = type?.map(typeOf)
  const authorization = authorizationOf(flags)
  const { stopped, end } = listenForInterruption(true)
  const events = subscribe({
    url,
    signal: stopped,
    onLost: (error) => printNote(`the connection was lost (${reasonOf(error)}): trying again`),
    ...(authorization !== undefined && { headers: { authorization } }),
    ...(types && { types }),
    ...(flow && { flowIds: flow }),
    ...(source && { sourceIds: source }),
    ...(from !== undefined && { from }),
    ...(after !== undefined && { after }),
    ...urlsOf(flags),
  })
  try {
    for await (const event of events) {
      if (json) printJson(event)
      else printLine(lineOf(event))
    }
  } catch (error) {
    throw error instanceof SubscriptionRefused ? new Failure(error.message) : error
  } finally {
    end()
  }
}

function urlsOf(flags: TailFlags): Pick<SubscribeOptions, 'getUrls'> {
  const { getUrls = false, label, storage, presigned, verboseStorage } = flags
  const choice = {
    ...(label && { labels: label }),
    ...(storage && { storageIds: storage }),
    ...(presigned !== undefined && { presigned }),
    ...(verboseStorage !== undefined && { verboseStorage }),
  }
  return getUrls || Object.keys(choice).length > 0 ? { getUrls: choice } : {}
}

function typeOf(text: string): PublicEventType {
  const { success, data } = PublicEventType.safeParse(text)
  if (success) return data
  throw new UsageFailure(`--type is one of ${PublicEventType.options.join(', ')}`)
}

function reasonOf(error: unknown): string {
  if (error === undefined) return 'the service ended it'
  const { message, cause } = error as Error
  return cause instanceof Error && cause.message !== '' ? cause.message : message
}

function lineOf({ cursor, type, data, attributes }: ToldEvent): string {
  const text = JSON.stringify(data.event)
  const shown = text.length > MAX_DATA_CHARACTERS ? `${text.slice(0, MAX_DATA_CHARACTERS)}…` : text
  return `${cursor}  ${attributes.time}  ${type}  ${attributes.subject}  ${shown}`
}
