import { ByteBuffer } from 'flatbuffers'
import { AlterSchemaRequest } from '../../../../services/adapters/vast-db/wire/generated/tabular/alter-schema-request.ts'
import { CreateSchemaRequest } from '../../../../services/adapters/vast-db/wire/generated/tabular/create-schema-request.ts'
import { readable } from '../arrow/ipc.ts'
import { badRequest } from '../refusal.ts'
import { addSchema, alterSchema, bucketOf, dropSchema, moveSchema, schemaOf } from '../store/database.ts'
import { type Call, type Command, pathHolds, type Reply, schemaAddress, schemaKey } from './command.ts'
import { LIST_HEADERS, listPage, schemasBody } from './listing.ts'
import { checkName } from './names.ts'

export const SCHEMA_COMMANDS: Record<string, Command> = {
  GET: { of: 'bucket or schema', body: 'none', headers: LIST_HEADERS, run: list },
  POST: { of: 'schema', body: 'some', run: create },
  PUT: { of: 'schema', body: 'some', params: ['tabular-new-schema-name'], run: alter },
  DELETE: { of: 'schema', body: 'none', run: drop },
}

function list(call: Call): Reply {
  const { bucket, schema } = schemaAddress(call)
  const database = call.transaction.seen()
  const { schemas } = bucketOf(database, bucket)
  if (schema !== '') schemaOf(database, { bucket, schema })
  const above = schema === '' ? '' : `${schema}/`
  const children = [...schemas.keys()]
    .filter((path) => path.startsWith(above) && !path.slice(above.length).includes('/'))
    .map((path) => path.slice(above.length))
    .sort()
  const page = listPage(call.request, children, (name) => name, call.engine.settings)
  const details = page.items.map((name) => {
    const { properties } = schemas.get(above + name) ?? { properties: '' }
    return { name, properties, handle: '1' }
  })
  return { headers: page.headers, body: schemasBody(bucket, details) }
}

function create(call: Call): Reply {
  const address = schemaAddress(call)
  const { body } = call.request
  const properties = readable(() =>
    CreateSchemaRequest.getRootAsCreateSchemaRequest(new ByteBuffer(body)).properties(),
  )
  checkName(address.schema.split('/').at(-1) ?? '')
  const claim = { holds: [...pathHolds(address).slice(0, -1), [schemaKey(address), 'exclusive']] as never }
  call.transaction.write(claim, (database) =>
    addSchema(database, address, { properties: properties ?? '', tables: new Map() }),
  )
  return {}
}

function alter(call: Call): Reply {
  const address = schemaAddress(call)
  const { body, params } = call.request
  const properties = readable(() =>
    AlterSchemaRequest.getRootAsAlterSchemaRequest(new ByteBuffer(body)).properties(),
  )
  const to = params.get('tabular-new-schema-name')
  if (to === undefined && properties === null) throw badRequest('nothing to alter')
  if (to !== undefined) for (const name of to.split('/')) checkName(name)
  const keys = [address.schema, ...(to === undefined ? [] : [to])].map((schema) =>
    schemaKey({ ...address, schema }),
  )
  call.transaction.write({ holds: keys.map((key) => [key, 'exclusive']) }, (database) => {
    const altered = properties === null ? database : alterSchema(database, address, properties)
    return to === undefined ? altered : moveSchema(altered, address, to)
  })
  return {}
}

function drop(call: Call): Reply {
  const address = schemaAddress(call)
  call.transaction.write({ holds: [[schemaKey(address), 'exclusive']] }, (database) =>
    dropSchema(database, address),
  )
  return {}
}
