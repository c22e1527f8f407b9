/**
 * What the catalog keeps of what is no more, for questions about the past (`as_of`). Rows are only ever added:
 * these tables grow as the log does.
 */

/** Every flow that ever collected another. Whether it did at some position, its stream tells. */
export const PAST_COLLECTIONS = `
CREATE TABLE memberships (
  member_id TEXT, flow_id TEXT, PRIMARY KEY (member_id, flow_id)
) WITHOUT ROWID;
`

/**
 * A segment was there from the event at `position` until the one at `removed`. A zone is 4096 seconds of a
 * timeline: it had no segment before `first_position`, lost none after `last_removed` (NULL: none ever), and all
 * that it has came since `held_since`, when it was last empty (NULL: it is). A reader of the past passes over those
 * that cannot have what it looks for.
 */
export const PAST_SEGMENTS = `
CREATE TABLE removed_segments (
  timeline INTEGER, start_s INTEGER, start_ns INTEGER, end_s INTEGER, end_ns INTEGER, end_inclusive INTEGER,
  object_id TEXT, extra TEXT, position INTEGER, removed INTEGER,
  PRIMARY KEY (timeline, start_s, start_ns, position)
) WITHOUT ROWID;
CREATE INDEX removed_segments_by_object ON removed_segments (object_id, timeline);

CREATE TABLE segment_zones (
  timeline INTEGER, zone INTEGER, first_position INTEGER, last_removed INTEGER, held_since INTEGER,
  PRIMARY KEY (timeline, zone)
) WITHOUT ROWID;
`

/**
 * What was fixed for good about objects that are retired, by the position of the event that retired them: an id
 * may be known again after that.
 */
export const PAST_OBJECTS = `
CREATE TABLE retired_objects (
  id TEXT, retired INTEGER, timerange TEXT, key_frame_count INTEGER, init_object_id TEXT, PRIMARY KEY (id, retired)
) WITHOUT ROWID;
CREATE INDEX retired_objects_by_init ON retired_objects (init_object_id, retired) WHERE init_object_id IS NOT NULL;
`
