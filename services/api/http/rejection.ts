import { flowTellings } from '../flows/flow-rejections.ts'
import { objectTellings } from '../objects/object-rejections.ts'
import { profileTellings } from '../profiles/profile-rejections.ts'
import { segmentTellings } from '../segments/segment-rejections.ts'
import { sourceTellings } from '../sources/source-rejections.ts'
import { webhookTellings } from '../webhooks/webhook-rejections.ts'
import { HttpRefusal } from './http-refusal.ts'

const tellings = {
  ...flowTellings,
  ...sourceTellings,
  ...objectTellings,
  ...segmentTellings,
  ...profileTellings,
  ...webhookTellings,
}

type Reason = keyof typeof tellings

/** Every reason a command can be refused for. */
export type Rejection = Parameters<(typeof tellings)[Reason]['summary']>[0]

/** @returns what to tell a client whose command was refused */
export function refusalFor(rejection: Rejection): HttpRefusal {
  const { status, summary } = tellings[rejection.reason] as {
    readonly status: number
    readonly summary: (rejection: Rejection) => string
  }
  return new HttpRefusal(status, rejection.reason, summary(rejection))
}
