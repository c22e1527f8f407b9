import type { RequestListener } from 'node:http'
import type { Express } from 'express'
import { type Messages, messagesFor } from './express-messages.ts'
import { takeUrlToken } from './url-token.ts'

/** What a server serves, and what it is to make requests and responses of. */
export type HttpApp = { readonly listener: RequestListener; readonly messages: Messages }

/** @param serve how the app gets its requests, once the token is out of their URLs */
export const httpApp = (app: Express, serve: RequestListener = app): HttpApp => ({
  messages: messagesFor(app),
  listener: (request, response) => {
    takeUrlToken(request, response)
    serve(request, response)
  },
})
