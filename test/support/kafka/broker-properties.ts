import { join } from 'node:path'

/** How clients reach a broker of the tests. */
export type BrokerSecurity = {
  /** Clients say who they are, by any of the three mechanisms. */
  readonly sasl?: { readonly username: string; readonly password: string }
  /** Connections are encrypted. */
  readonly tls?: {
    /** The broker's private key (PKCS 8) and its certificates, in one PEM file. */
    readonly keyAndCertificate: string
    /** PEM of whom clients have to show a certificate of; none: they need none. */
    readonly clientAuthority?: string
  }
}

export type BrokerPlace = {
  readonly directory: string
  readonly ports: { readonly client: number; readonly internal: number; readonly controller: number }
}

/** @returns the text of a properties file: one node that is broker and controller, and needs no other */
export const brokerProperties = (
  place: BrokerPlace,
  security: BrokerSecurity,
  more: Readonly<Record<string, string>>,
): string =>
  Object.entries({ ...oneNode(place), ...clientListener(security), ...more })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')

const oneNode = ({ directory, ports }: BrokerPlace) => {
  const listeners = `CLIENT://127.0.0.1:${ports.client},INTERNAL://127.0.0.1:${ports.internal}`
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    listeners: `${listeners},CONTROLLER://127.0.0.1:${ports.controller}`,
    'advertised.listeners': listeners,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'INTERNAL',
    'log.dirs': join(directory, 'data'),
    'auto.create.topics.enable': 'false',
    'group.initial.rebalance.delay.ms': '0',
    'offsets.topic.num.partitions': '1',
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
  }
}

const clientListener = ({ sasl, tls }: BrokerSecurity): Record<string, string> => ({
  'listener.security.protocol.map': `CLIENT:${protocolOf(sasl, tls)},INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT`,
  ...(sasl && {
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.client.plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required user_${sasl.username}="${sasl.password}";`,
    ...Object.fromEntries(
      ['scram-sha-256', 'scram-sha-512'].map((mechanism) => [
        `listener.name.client.${mechanism}.sasl.jaas.config`,
        'org.apache.kafka.common.security.scram.ScramLoginModule required;',
      ]),
    ),
  }),
  ...(tls && {
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': tls.keyAndCertificate,
    ...(tls.clientAuthority && {
      'ssl.client.auth': 'required',
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': tls.clientAuthority,
    }),
  }),
})

const protocolOf = (sasl: BrokerSecurity['sasl'], tls: BrokerSecurity['tls']): string =>
  `${sasl ? 'SASL_' : ''}${tls ? 'SSL' : 'PLAINTEXT'}`
