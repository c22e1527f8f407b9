import type { RequestListener } from 'node:http'
import type { Messages } from './express-messages.ts'

/** What a server serves, and what it is to make requests and responses of. */
export type HttpApp = { readonly listener: RequestListener; readonly messages: Messages }
