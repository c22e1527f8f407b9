/** Stream `service`: what operators may change of the service's own description (TAMS POST_service). */
export type ServiceUpdated = {
  readonly type: 'ServiceUpdated'
  /** Absent: as it was. Empty text: unset. */
  readonly data: { readonly name?: string; readonly description?: string }
}

export type ServiceEvent = ServiceUpdated
