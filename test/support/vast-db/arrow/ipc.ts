import {
  Data,
  type Field,
  Message,
  MessageHeader,
  RecordBatch,
  RecordBatchReader,
  Schema,
  Struct,
} from 'apache-arrow'
import { writeStream } from '../../../../services/adapters/vast-db/ipc/write-stream.ts'
import { badRequest, Refusal } from '../refusal.ts'

export type IpcMessage = {
  readonly header: MessageHeader
  readonly bytes: Uint8Array
  readonly isCompressed: boolean
}

/** Ends a stream of Arrow messages. */
export const END_OF_STREAM = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0)

/** The encapsulated messages of a stream, the end-of-stream marker left out. */
export function readMessages(bytes: Uint8Array): { messages: IpcMessage[]; isEnded: boolean } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const messages: IpcMessage[] = []
  let at = 0
  while (at < bytes.length) {
    if (at + 8 > bytes.length || view.getUint32(at, true) !== 0xffffffff)
      throw badRequest('not an Arrow stream')
    const metadataLength = view.getInt32(at + 4, true)
    if (metadataLength === 0) {
      if (at + 8 !== bytes.length) throw badRequest('bytes after the end of the Arrow stream')
      return { messages, isEnded: true }
    }
    const message = decoded(bytes, at + 8, metadataLength)
    const end = at + 8 + metadataLength + message.bodyLength
    if (end > bytes.length) throw badRequest('the Arrow stream breaks off')
    const { compression = null } = message.header() as { compression?: unknown }
    messages.push({
      header: message.headerType,
      bytes: bytes.subarray(at, end),
      isCompressed: compression !== null,
    })
    at = end
  }
  return { messages, isEnded: false }
}

function decoded(bytes: Uint8Array, at: number, length: number): Message {
  if (length < 0 || at + length > bytes.length) throw badRequest('the Arrow stream breaks off')
  return readable(() => Message.decode(bytes.subarray(at, at + length)))
}

/** What foreign bytes make a library throw is the fault of whoever sent them. */
export function readable<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw badRequest(`cannot be read: ${error}`)
  }
}

/** A body that is one schema message, with or without end-of-stream. */
export function readSchema(body: Uint8Array): Schema {
  const { messages } = readMessages(body)
  const [message] = messages
  if (messages.length !== 1 || message?.header !== MessageHeader.Schema) {
    throw badRequest('the body has to be the message of one Arrow schema')
  }
  return readable(() => {
    const reader = RecordBatchReader.from(body).open()
    return reader.schema
  })
}

/** A body of rows: schema, exactly one record batch, end-of-stream; neither dictionaries nor compression. */
export function readOneBatch(body: Uint8Array): RecordBatch {
  const { messages, isEnded } = readMessages(body)
  const headers = messages.map(({ header }) => header)
  if (headers.includes(MessageHeader.DictionaryBatch)) throw badRequest('dictionaries are not taken')
  if (
    headers[0] !== MessageHeader.Schema ||
    headers[1] !== MessageHeader.RecordBatch ||
    headers.length !== 2
  ) {
    throw badRequest('the body has to be one Arrow stream of exactly one record batch')
  }
  if (!isEnded) throw badRequest('the Arrow stream has no end')
  if (messages[1]?.isCompressed) throw badRequest('record batches are not taken compressed')
  return readable(() => {
    const [batch] = [...RecordBatchReader.from(body)]
    if (!batch) throw badRequest('the body holds no record batch')
    return batch
  })
}

export const schemaStream = (schema: Schema): Uint8Array => writeStream(schema, [])

/** One batch of columns, as a stream. */
export function batchStream(fields: readonly Field[], columns: readonly Data[], rows: number): Uint8Array {
  return writeStream(new Schema([...fields]), [batchOf(fields, columns, rows)])
}

export function batchOf(fields: readonly Field[], columns: readonly Data[], rows: number): RecordBatch {
  const type = new Struct([...fields])
  return new RecordBatch(new Schema([...fields]), new Data(type, 0, rows, 0, undefined, [...columns]))
}
