import { Uuid } from '../resources/uuid.ts'

/** The path of one webhook. */
export const webhookParams = { webhookId: Uuid.describe('The webhook.') }
