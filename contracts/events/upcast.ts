import type { DomainEventType } from './domain-event.ts'

/** Turns an event's data as one schema version had it into the next version's. Pure. */
export type Upcaster = (data: unknown) => unknown

/** For each type that ever changed shape: its steps, version 1 to 2 first. */
export type Upcasters<T extends string = string> = { readonly [type in T]?: readonly Upcaster[] }

const UPCASTERS: Upcasters<DomainEventType> = {}

export type EventSchema = {
  /** The version events of this type are written as: 1 until they change shape. */
  currentVersion(type: string): number
  /**
   * @param data what was stored, as JSON had it.
   * @returns the same facts as the current version spells them.
   * @throws where the event is of a version this release does not know.
   */
  upcast(type: string, version: number, data: unknown): unknown
}

export function eventSchema(upcasters: Upcasters): EventSchema {
  const chains = new Map(Object.entries(upcasters))
  const currentVersion = (type: string): number => (chains.get(type)?.length ?? 0) + 1

  return {
    currentVersion,
    upcast(type, version, data) {
      const chain = chains.get(type) ?? []
      if (version > chain.length + 1) {
        throw new Error(`${type} of version ${version}: this release knows it up to ${chain.length + 1}`)
      }
      let upcast = data
      for (let step = version - 1; step < chain.length; step++) upcast = chain[step]!(upcast)
      return upcast
    },
  }
}

export const { currentVersion, upcast } = eventSchema(UPCASTERS)
