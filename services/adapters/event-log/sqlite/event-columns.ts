/** In the order of `EventRow`. */
export const EVENT_COLUMNS = 'e.position, e.stream, e.revision, e.type, e.version, e.data'
/** In the order of `CommitRow`. */
export const COMMIT_COLUMNS = 'first_position, time_ms, command_id, actor, correlation_id, causation_id'
/** Has events `e` beside the commit that each belongs to. */
export const THEIR_COMMITS =
  'JOIN commits ON first_position = (SELECT max(first_position) FROM commits WHERE first_position <= e.position)'
