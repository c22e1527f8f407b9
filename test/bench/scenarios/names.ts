/** What can be measured, in the order it is. */
export const SCENARIOS = [
  'startup',
  'single',
  'keyed',
  'one-flow',
  'bulk',
  'bulk-cold',
  'seed',
  'pages',
  'pages-cold',
  'flow',
  'restart',
  'rebuild',
  'presign',
  'presigned-pages',
  'lists',
  'deletion',
  'webhooks',
  'consumers',
  'analytics',
  'relay',
  'projector',
  'eventstore',
] as const

export type Scenario = (typeof SCENARIOS)[number]
