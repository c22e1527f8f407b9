import sharedPb from '@eventstore/db-client/generated/shared_pb.js'
import statusPb from '@eventstore/db-client/generated/status_pb.js'
import type * as Pb from '@eventstore/db-client/generated/streams_pb.js'
import streamsPb from '@eventstore/db-client/generated/streams_pb.js'
import { type Appended, type Expected, MAX_APPEND_BYTES, type Proposed } from './event-store.ts'
import { anyPb, emptyPb, grpc, type ServerError, serverError } from './grpc.ts'
import { identifier } from './read-call.ts'

const { AppendResp, BatchAppendResp } = streamsPb

type Message = Pb.AppendReq.ProposedMessage | Pb.BatchAppendReq.ProposedMessage

/** @throws the server's error where the event is not as the protocol has it */
export function proposedOf(message: Message): Proposed {
  const id = message.getId()?.getString() ?? ''
  const map = message.getMetadataMap()
  const [type, contentType] = [map.get('type'), map.get('content-type')]
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) throw invalid(`${id} is no UUID`)
  if (!type) throw invalid('an event of no type')
  if (contentType !== 'application/json' && contentType !== 'application/octet-stream')
    throw invalid('an event of no content type')
  const data = message.getData_asU8()
  if (contentType === 'application/json') JSON.parse(Buffer.from(data).toString())
  return { id, type, contentType, data, metadata: message.getCustomMetadata_asU8() }
}

export const invalid = (details: string): ServerError =>
  serverError(grpc.status.INVALID_ARGUMENT, undefined, details)

export function expectedOf(options: Pb.AppendReq.Options): Expected {
  if (options.hasNoStream()) return 'no_stream'
  if (options.hasStreamExists()) return 'stream_exists'
  if (options.hasAny()) return 'any'
  if (!options.hasRevision()) throw invalid('no expected revision')
  return Number(options.getRevision())
}

export function expectedOfBatch(options: Pb.BatchAppendReq.Options): Expected {
  if (options.hasNoStream()) return 'no_stream'
  if (options.hasStreamExists()) return 'stream_exists'
  if (options.hasAny()) return 'any'
  if (!options.hasStreamPosition()) throw invalid('no expected revision')
  return Number(options.getStreamPosition())
}

/** @throws the server's error for what an append cannot be answered with */
export function appendResponse(stream: string, expected: Expected, appended: Appended): Pb.AppendResp {
  if (appended.is === 'deleted')
    throw serverError(grpc.status.FAILED_PRECONDITION, 'stream-deleted', 'deleted', { 'stream-name': stream })
  if (appended.is === 'too large') {
    const more = { 'maximum-append-size': String(MAX_APPEND_BYTES) }
    throw serverError(grpc.status.INVALID_ARGUMENT, 'maximum-append-size-exceeded', 'too large', more)
  }
  if (appended.is === 'done') {
    const position = new AppendResp.Position()
      .setCommitPosition(String(appended.position))
      .setPreparePosition(String(appended.position))
    const success = new AppendResp.Success().setCurrentRevision(String(appended.revision))
    return new AppendResp().setSuccess(success.setPosition(position))
  }
  const wrong = new AppendResp.WrongExpectedVersion()
  if (appended.actual < 0) wrong.setCurrentNoStream(new sharedPb.Empty())
  else wrong.setCurrentRevision(String(appended.actual))
  if (expected === 'no_stream') wrong.setExpectedNoStream(new sharedPb.Empty())
  else if (expected === 'stream_exists') wrong.setExpectedStreamExists(new sharedPb.Empty())
  else wrong.setExpectedRevision(String(expected))
  return new AppendResp().setWrongExpectedVersion(wrong)
}

export function batchResponse(
  correlationId: string,
  stream: string,
  expected: Expected,
  appended: Appended | 'timeout',
): Pb.BatchAppendResp {
  const response = new BatchAppendResp()
    .setCorrelationId(new sharedPb.UUID().setString(correlationId))
    .setStreamIdentifier(identifier(stream))
  if (appended === 'timeout')
    return response.setError(statusOf(grpc.status.DEADLINE_EXCEEDED, 'Timeout', new sharedPb.Timeout()))
  if (appended.is === 'done') {
    const position = new sharedPb.AllStreamPosition()
      .setCommitPosition(String(appended.position))
      .setPreparePosition(String(appended.position))
    const success = new BatchAppendResp.Success().setCurrentRevision(String(appended.revision))
    return response.setSuccess(success.setPosition(position))
  }
  if (appended.is === 'deleted') {
    const details = new sharedPb.StreamDeleted().setStreamIdentifier(identifier(stream))
    return response.setError(statusOf(grpc.status.FAILED_PRECONDITION, 'StreamDeleted', details))
  }
  if (appended.is === 'too large') {
    const details = new sharedPb.MaximumAppendSizeExceeded().setMaxappendsize(MAX_APPEND_BYTES)
    return response.setError(statusOf(grpc.status.INVALID_ARGUMENT, 'MaximumAppendSizeExceeded', details))
  }
  const wrong = new sharedPb.WrongExpectedVersion()
  if (appended.actual < 0) wrong.setCurrentNoStream(new emptyPb.Empty())
  else wrong.setCurrentStreamRevision(String(appended.actual))
  if (expected === 'no_stream') wrong.setExpectedNoStream(new emptyPb.Empty())
  else if (expected === 'stream_exists') wrong.setExpectedStreamExists(new emptyPb.Empty())
  else wrong.setExpectedStreamPosition(String(expected))
  return response.setError(statusOf(grpc.status.FAILED_PRECONDITION, 'WrongExpectedVersion', wrong))
}

function statusOf(code: number, name: string, details: { serializeBinary(): Uint8Array }) {
  const packed = new anyPb.Any()
  packed.pack(details.serializeBinary(), `event_store.client.${name}`)
  return new statusPb.Status().setCode(code).setMessage(name).setDetails(packed)
}
