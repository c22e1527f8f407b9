/** Something that the index and a Storage Backend, or the index and itself, do not agree about. */
export type Finding = MediaFinding | ReferenceFinding

export type MediaFinding = {
  /**
   * `missing`: an instance of a registered object without bytes; `other_size`: with more or fewer bytes than
   * it had; `orphaned`: bytes that nothing knows of.
   */
  readonly kind: 'missing' | 'other_size' | 'orphaned'
  readonly storage_id: string
  readonly key: string
  /** Not of orphaned bytes. */
  readonly object_id?: string
  /** Of the bytes that are there. */
  readonly size_bytes?: number
  readonly expected_bytes?: number
} & Outcome

export type ReferenceFinding = {
  /** An object has counted more references than there are (segments; media objects, for an init object), or fewer. */
  readonly kind: 'dangling_references' | 'uncounted_references'
  readonly object_id: string
  readonly counted: number
  readonly uses: number
} & Outcome

export type Outcome = {
  /**
   * `open`: a repair settles it; `settled`: it has; `lost`: nothing is left to settle it with; `kept`: left as
   * it is, `reason` says why.
   */
  readonly outcome: 'open' | 'settled' | 'lost' | 'kept'
  readonly reason?: string
}

export type FindingKind = Finding['kind']

/** What the index and a Storage Backend have of each other. */
export type BackendSummary = {
  readonly storage_id: string
  readonly label?: string
  /** Instances and bytes that are there and known. */
  readonly objects: number
  readonly size_bytes: number
  readonly missing: number
  readonly orphaned: number
  readonly other_size: number
  /** Findings that are neither settled nor were to be. */
  readonly left: number
  /** Why it could not be looked through to the end. */
  readonly error?: string
}

export type ReferenceSummary = {
  readonly objects: number
  readonly dangling_references: number
  readonly uncounted_references: number
  readonly left: number
}

/** What a reconciliation tells, as it goes. */
export type Report =
  | ({ readonly type: 'finding' } & Finding)
  | ({ readonly type: 'backend' } & BackendSummary)
  | ({ readonly type: 'references' } & ReferenceSummary)
