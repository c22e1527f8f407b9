import type { Clock } from '../consumer/durable-consumer.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { LeaseTiming } from './lease-timing.ts'
import type { Holder } from './lease-value.ts'

export type Registers = Pick<EventLog, 'readRegister' | 'writeRegister'>

export type LeaseTools = {
  readonly registers: Registers
  /** Of the log. */
  readonly register: string
  readonly self: Omit<Holder, 'since'>
  /** One that nobody sets. */
  readonly clock: Clock
  readonly timing: LeaseTiming
}
