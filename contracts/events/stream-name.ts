/** The names of the streams: one stream an aggregate. */
export const streamName = {
  service: (): string => 'service',
  source: (id: string): string => `source-${id}`,
  flow: (id: string): string => `flow-${id}`,
  timeline: (flowId: string): string => `timeline-${flowId}`,
  object: (id: string): string => `object-${id}`,
  profile: (id: string): string => `profile-${id}`,
  webhook: (id: string): string => `webhook-${id}`,
  deletion: (id: string): string => `deletion-${id}`,
  command: (id: string): string => `command-${id}`,
} as const

const OBJECT = streamName.object('')

/** @param stream an object's */
export const objectIdOf = (stream: string): string => stream.slice(OBJECT.length)
