import { readFileSync } from 'node:fs'
import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js'
import gossipPb from '@eventstore/db-client/generated/gossip_pb.js'
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import featuresPb from '@eventstore/db-client/generated/serverfeatures_pb.js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import { cuttablePort } from './cuttable-port.ts'
import { type EventStore, eventStore } from './event-store.ts'
import type { Faults } from './faults.ts'
import { grpc, type Metadata, type ServerError, serverError } from './grpc.ts'
import { streamsService } from './streams-service.ts'

export type RunningEventStore = {
  readonly url: string
  readonly port: number
  readonly store: EventStore
  /** What goes wrong from now on. */
  setFaults(faults: Faults): void
  /** Loses all connections. */
  cut(): void
  close(): Promise<void>
}

export type EventStoreOptions = {
  /** Whether it takes appends in batches, as servers from 21.10 on do. */
  readonly batches?: boolean
  /** Another node's data, as a node of a cluster has it. */
  readonly store?: EventStore
  /** Awaited after each event that is sent. */
  readonly pause?: () => Promise<void>
  /** The PEM file of its key and certificate, and who may use it, `name:password`, where it is to be secure. */
  readonly secure?: { readonly pem: string; readonly login: string }
  /** Who leads, where it is not this node. */
  readonly leader?: () => number | undefined
}

/** A server that speaks EventStoreDB's protocol for streams, over memory. */
export async function startEventStore(options: EventStoreOptions = {}): Promise<RunningEventStore> {
  const { batches = true, store = eventStore(), pause = async () => {}, leader, secure } = options
  let faults: Faults = () => undefined
  const cut = (): void => port.cut()
  const service = streamsService({ store, cut, pause, faults: (call) => faults(call) })
  const server = new grpc.Server({ 'grpc.max_receive_message_length': 17 * 1024 * 1024 })
  type Definition = Parameters<typeof server.addService>[0]
  type Implementation = Parameters<typeof server.addService>[1]
  const add = (definition: unknown, implementation: object) =>
    server.addService(definition as Definition, implementation as Implementation)
  add(streamsGrpc.StreamsService, secure ? guarded(service, secure.login) : service)
  add(featuresGrpc.ServerFeaturesService, { getSupportedMethods: tellFeatures(batches) })
  add(gossipGrpc.GossipService, { read: tellMembers(() => leader?.() ?? port.port) })
  const inner = await new Promise<number>((resolve, reject) => {
    const bound = (error: Error | null, number: number) => (error ? reject(error) : resolve(number))
    server.bindAsync('127.0.0.1:0', credentialsOf(secure), bound)
  })
  const port = await cuttablePort(inner)
  return {
    url: `esdb://127.0.0.1:${port.port}?tls=false`,
    port: port.port,
    store,
    setFaults: (next) => {
      faults = next
    },
    cut,
    async close() {
      server.forceShutdown()
      await port.close()
    },
  }
}

function credentialsOf(secure: EventStoreOptions['secure']) {
  if (!secure) return grpc.ServerCredentials.createInsecure()
  const pem = readFileSync(secure.pem)
  return grpc.ServerCredentials.createSsl(null, [{ private_key: pem, cert_chain: pem }])
}

type GuardedCall = { readonly metadata: Metadata; emit(event: 'error', error: ServerError): void }
type Refuse = (error: ServerError) => void

/** Only who tells the name and the password has anything done. */
function guarded(service: object, login: string): object {
  const expected = `Basic ${Buffer.from(login).toString('base64')}`
  const guard =
    (handle: (call: GuardedCall, callback?: Refuse) => void) => (call: GuardedCall, callback?: Refuse) => {
      if (call.metadata.get('authorization')[0] === expected) return handle(call, callback)
      const error = serverError(grpc.status.UNAUTHENTICATED, 'access-denied', 'Access Denied')
      if (callback) callback(error)
      else call.emit('error', error)
    }
  return Object.fromEntries(Object.entries(service).map(([name, handle]) => [name, guard(handle)]))
}

type Answer<T> = (call: unknown, callback: (error: null, response: T) => void) => void

function tellFeatures(batches: boolean): Answer<InstanceType<typeof featuresPb.SupportedMethods>> {
  const methods = ['read', 'append', 'delete', 'tombstone', ...(batches ? ['batchappend'] : [])]
  return (_, callback) => {
    const supported = new featuresPb.SupportedMethods().setEventStoreServerVersion('23.10.0')
    for (const name of methods) {
      const method = new featuresPb.SupportedMethod().setMethodName(name)
      supported.addMethods(method.setServiceName('event_store.client.streams.streams'))
    }
    callback(null, supported)
  }
}

/** Of a cluster whoever leads is all that is told. */
function tellMembers(leaderPort: () => number): Answer<InstanceType<typeof gossipPb.ClusterInfo>> {
  return (_, callback) => {
    const member = new gossipPb.MemberInfo()
      .setState(gossipPb.MemberInfo.VNodeState.LEADER)
      .setIsAlive(true)
      .setHttpEndPoint(new gossipPb.EndPoint().setAddress('127.0.0.1').setPort(leaderPort()))
    callback(null, new gossipPb.ClusterInfo().setMembersList([member]))
  }
}
