import { z } from 'zod'

/** What must run in one process at a time, by the names of its leases. */
export const LEASES = ['deletion', 'webhooks', 'kafka_relay', 'vast_projector'] as const
export type LeaseName = (typeof LEASES)[number]

const Holder = z.object({
  /** Of one tenure: another each time. */
  id: z.string(),
  /** The data directory that it works in. */
  place: z.string(),
  host: z.string(),
  pid: z.int(),
  /** UTC, by its own clock: for people only. */
  since: z.iso.datetime(),
})
export type Holder = z.infer<typeof Holder>

const LeaseValue = z.object({ holder: Holder.nullable() })

/** The register of the log that has a lease. */
export const leaseRegister = (name: LeaseName): string => `lease-${name}`

/** @returns null where nobody holds it; undefined where it cannot be read, and is held by who knows whom */
export function holderIn(value: unknown): Holder | null | undefined {
  return LeaseValue.safeParse(value).data?.holder
}
