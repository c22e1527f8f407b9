import type { ResponseDefinition } from '../http/operation.ts'

export const noSuchWebhook: ResponseDefinition = { description: 'There is no such webhook.' }

export const invalidWebhook: ResponseDefinition = {
  description: 'The body is wrong, or asks for a filter that is not known here.',
}

export const notYourWebhook: ResponseDefinition = { description: 'The caller may not change the webhook.' }

/** TAMS lets a service have no webhooks at all; this one has. */
export const noWebhooks: ResponseDefinition = { description: 'Never here: for services without webhooks.' }
