/**
 * When and by whom a Flow or Source was made and last changed, as reads told it: what is brought back after its
 * deletion says so itself, since its events before that tell of something that was gone.
 */
export type Lifetime = {
  /** Position of the event that made it. */
  readonly created_position: number
  /** UTC, milliseconds. */
  readonly created_ms: number
  readonly created_by: string | null
  readonly updated_ms: number
  readonly updated_by: string | null
}
