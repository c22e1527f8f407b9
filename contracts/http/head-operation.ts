import type { Operation, ResponseDefinition } from './operation.ts'

/** What HTTP calls the same thing without a body. It takes the place of `Operation` in documentation only. */
export type HeadOperation = Omit<Operation, 'method'> & { readonly method: 'head' }

/** The HEAD twin of a GET: every TAMS GET has one (ADR 0010), of the same statuses and headers. */
export function headOf(operation: Operation): HeadOperation {
  const responses = Object.entries(operation.responses).map(([status, response]) => [
    status,
    withoutBody(response),
  ])
  return {
    ...operation,
    operationId: operation.operationId.replace(/^GET_/, 'HEAD_'),
    method: 'head',
    description: 'The same status and headers as GET, without the body.',
    responses: Object.fromEntries(responses) as Operation['responses'],
  }
}

function withoutBody({ description, headers }: ResponseDefinition): ResponseDefinition {
  return headers ? { description, headers } : { description }
}
