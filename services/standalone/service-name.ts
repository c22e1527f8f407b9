import type { Config } from '../config/config.ts'
import { InvalidConfig } from '../config/invalid-config.ts'

/** What runs in a process of its own, beside the API. */
export const SERVICES = ['webhooks', 'deletion', 'relay', 'projector', 'commands'] as const
export type ServiceName = (typeof SERVICES)[number]

/** Where each tells its health and metrics on one machine, unless OPERATIONS_PORT says otherwise. */
export const OPERATIONS_PORTS: Readonly<Record<ServiceName, number>> = {
  webhooks: 8001,
  deletion: 8002,
  relay: 8003,
  projector: 8004,
  commands: 8005,
}

/** What their spans say they are. */
export const TRACED_AS: Readonly<Record<ServiceName, string>> = {
  webhooks: 'webhooks',
  deletion: 'deletion',
  relay: 'kafka-relay',
  projector: 'vast-projector',
  commands: 'kafka-commands',
}

/** The same configuration for a process with none of them: the API alone. */
export const withoutServices = ({ kafka, vast, ...config }: Config): Config => ({
  ...config,
  WEBHOOKS_ENABLED: false,
  DELETION_ENABLED: false,
  KAFKA_COMMANDS_ENABLED: false,
  kafka: kafka && { ...kafka, relay: { ...kafka.relay, isEnabled: false } },
  vast: vast && { ...vast, isProjecting: false },
})

/**
 * The same configuration for a process with this one alone, whatever it says of which are switched on.
 * @throws InvalidConfig where something is missing without which it cannot do its work
 */
export function onlyService(service: ServiceName, config: Config): Config {
  const none = withoutServices(config)
  requireFor(service, config)
  switch (service) {
    case 'webhooks':
      return { ...none, WEBHOOKS_ENABLED: true }
    case 'deletion':
      return { ...none, DELETION_ENABLED: true }
    case 'commands':
      return { ...none, KAFKA_COMMANDS_ENABLED: true }
    case 'relay':
      return {
        ...none,
        kafka: none.kafka && { ...none.kafka, relay: { ...none.kafka.relay, isEnabled: true } },
      }
    case 'projector':
      return { ...none, vast: none.vast && { ...none.vast, isProjecting: true } }
  }
}

function requireFor(service: ServiceName, { kafka, vast, PUBLIC_URL, PORT }: Config): void {
  if ((service === 'relay' || service === 'commands') && !kafka) {
    throw new InvalidConfig('where Kafka is has to be said: set KAFKA_BROKERS')
  }
  if (service === 'projector' && !vast) {
    throw new InvalidConfig('there is no VAST DB: set VAST_ENDPOINT, as for the service')
  }
  const tellsUrl = service !== 'deletion' && service !== 'projector'
  if (tellsUrl && PUBLIC_URL === undefined && PORT === 0) {
    throw new InvalidConfig('events tell where the service is: set PUBLIC_URL, or the PORT it has')
  }
}
