/** A change here, or in what the columns mean, needs a new version, upon which the views are built anew. */
export const ANALYTICS_VERSION = 3

/**
 * What the views are read from. `flows` has the flows that ever were, `is_live` 1 for those that are there, with
 * the sums of their segments and of the objects these use. Lengths of time are nanoseconds, as text where they are
 * sums: SQLite's integers end at 292 years.
 *
 * `sums` are kept under a scope: 0 is the usage of live flows, -1 the storage of all objects, and a flow's key that
 * of the objects its segments use. `weight` says which values of a dimension are the largest.
 *
 * `durations` counts a flow's segments of each length, `hours` those that start in each hour of its timeline, and
 * `joins`, by the same hours, those that begin where the one before them ends: so many fewer stretches are covered.
 *
 * Of the flows that use an object, one is in its own row: mostly there is no other. `object_uses` has the others.
 *
 * `changed` is the position that the views came to when a row was last written: what is copied elsewhere, row by
 * row, goes by it.
 *
 * `segments` are what a deletion needs to know to take out of the sums what was added.
 */
export const ANALYTICS_SCHEMA = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE flows (
  key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, is_live INTEGER, facts TEXT, source_id TEXT,
  segments INTEGER, duration TEXT, joins INTEGER, histogram TEXT,
  objects INTEGER, measured_objects INTEGER, measured_bytes TEXT,
  first_s INTEGER, first_ns INTEGER, last_s INTEGER, last_ns INTEGER, last_inclusive INTEGER,
  shortest_s INTEGER, shortest_ns INTEGER, longest_s INTEGER, longest_ns INTEGER,
  changed INTEGER
);
CREATE INDEX flows_live ON flows (id) WHERE is_live = 1;
CREATE INDEX flows_by_source ON flows (source_id, id) WHERE is_live = 1;
CREATE INDEX flows_by_first ON flows (first_s, first_ns) WHERE is_live = 1;
CREATE INDEX flows_by_last ON flows (last_s, last_ns, last_inclusive) WHERE is_live = 1;
CREATE INDEX flows_by_shortest ON flows (shortest_s, shortest_ns) WHERE is_live = 1;
CREATE INDEX flows_by_longest ON flows (longest_s, longest_ns) WHERE is_live = 1;
CREATE INDEX flows_by_changed ON flows (changed);

CREATE TABLE flow_tags (name TEXT, value TEXT, flow INTEGER, PRIMARY KEY (name, value, flow)) WITHOUT ROWID;
CREATE INDEX flow_tags_by_flow ON flow_tags (flow);

CREATE TABLE segments (
  flow INTEGER, start_s INTEGER, start_ns INTEGER, end_s INTEGER, end_ns INTEGER, end_inclusive INTEGER,
  object_id TEXT, PRIMARY KEY (flow, start_s, start_ns)
) WITHOUT ROWID;
CREATE TABLE durations (
  flow INTEGER, length_s INTEGER, length_ns INTEGER, count INTEGER, PRIMARY KEY (flow, length_s, length_ns)
) WITHOUT ROWID;
CREATE TABLE hours (
  flow INTEGER, hour INTEGER, length_s INTEGER, length_ns INTEGER, count INTEGER,
  PRIMARY KEY (flow, hour, length_s, length_ns)
) WITHOUT ROWID;
CREATE TABLE joins (flow INTEGER, hour INTEGER, count INTEGER, PRIMARY KEY (flow, hour)) WITHOUT ROWID;

CREATE TABLE objects (
  id TEXT PRIMARY KEY, role TEXT, size_bytes INTEGER, storage TEXT, uses INTEGER, flows INTEGER,
  flow INTEGER, flow_uses INTEGER
) WITHOUT ROWID;
CREATE TABLE object_uses (
  object_id TEXT, flow INTEGER, count INTEGER, PRIMARY KEY (object_id, flow)
) WITHOUT ROWID;
CREATE TABLE storages (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);

CREATE TABLE sums (
  scope INTEGER, dimension TEXT, value TEXT, weight INTEGER, sums TEXT, PRIMARY KEY (scope, dimension, value)
) WITHOUT ROWID;
CREATE INDEX sums_by_weight ON sums (scope, dimension, weight);

CREATE TABLE deletions (id TEXT PRIMARY KEY, status TEXT) WITHOUT ROWID;
CREATE TABLE counts (kind TEXT PRIMARY KEY, count INTEGER) WITHOUT ROWID;
CREATE TABLE ingest (
  hour INTEGER PRIMARY KEY, segments INTEGER, duration TEXT, segments_removed INTEGER, objects INTEGER,
  changed INTEGER
);
CREATE INDEX ingest_by_changed ON ingest (changed);
`
