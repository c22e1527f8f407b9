import { grpc, type ServerError, serverError } from './grpc.ts'

/** What is to go wrong with a call; `cut` ones lose every connection. */
export type Fault =
  | 'cut before'
  | 'cut after'
  | 'unavailable'
  | 'deadline exceeded'
  | 'timeout'
  | 'access denied'
  | { readonly leader: { readonly host: string; readonly port: number } }

export type CallKind = 'append' | 'batch append' | 'read' | 'subscription'

/** Asked at each call. */
export type Faults = (call: CallKind) => Fault | undefined

/** What the server says of a fault that is told in words. */
export function errorOf(fault: Fault): ServerError {
  if (typeof fault !== 'string') {
    const { host, port } = fault.leader
    const leader = { 'leader-endpoint-host': host, 'leader-endpoint-port': String(port) }
    return serverError(
      grpc.status.NOT_FOUND,
      'not-leader',
      `Leader info available at ${host}:${port}`,
      leader,
    )
  }
  if (fault === 'deadline exceeded') return serverError(grpc.status.DEADLINE_EXCEEDED, undefined, fault)
  if (fault === 'access denied')
    return serverError(grpc.status.PERMISSION_DENIED, 'access-denied', 'Access Denied')
  if (fault === 'timeout')
    return serverError(grpc.status.ABORTED, undefined, 'Operation timed out: Commit phase')
  return serverError(grpc.status.UNAVAILABLE, undefined, 'Server Is Not Ready')
}
