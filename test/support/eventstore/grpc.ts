import { createRequire } from 'node:module'

/** The gRPC of EventStoreDB's client, and its definitions: what the server of our tests speaks is what the client does. */
const inClient = createRequire(createRequire(import.meta.url).resolve('@eventstore/db-client'))

export type Grpc = typeof import('@grpc/grpc-js')
export const grpc = inClient('@grpc/grpc-js') as Grpc
export const anyPb = inClient(
  'google-protobuf/google/protobuf/any_pb.js',
) as typeof import('google-protobuf/google/protobuf/any_pb.js')
export const emptyPb = inClient(
  'google-protobuf/google/protobuf/empty_pb.js',
) as typeof import('google-protobuf/google/protobuf/empty_pb.js')

export type ServerError = { readonly code: number; readonly details: string; readonly metadata: Metadata }
export type Metadata = InstanceType<Grpc['Metadata']>

/** An error as the server tells it: a name for it, and more, in the trailers. */
export function serverError(
  code: number,
  exception: string | undefined,
  details: string,
  more: Readonly<Record<string, string>> = {},
): ServerError {
  const metadata = new grpc.Metadata()
  if (exception !== undefined) metadata.set('exception', exception)
  for (const [name, value] of Object.entries(more)) metadata.set(name, value)
  return { code, details, metadata }
}
