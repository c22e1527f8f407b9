import { PAST_COLLECTIONS, PAST_OBJECTS, PAST_SEGMENTS } from './past-schema.ts'

/**
 * The catalog's tables. It is a view of the log: a change here needs a new CATALOG_VERSION, upon which every
 * catalog is rebuilt.
 */
export const CATALOG_VERSION = 2

/**
 * Times of events are UTC milliseconds (`*_ms`). Media times are a pair of integers, seconds (48 bits) and
 * nanoseconds, which sort as the timeline does. `document` holds what a client said, as JSON. `position` is
 * that of the event a segment came with.
 */
export const CATALOG_SCHEMA = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE service (id TEXT PRIMARY KEY, name TEXT, description TEXT) WITHOUT ROWID;

CREATE TABLE sources (
  id TEXT PRIMARY KEY, format TEXT, label TEXT, document TEXT,
  created_ms INTEGER, created_by TEXT, updated_ms INTEGER, updated_by TEXT
) WITHOUT ROWID;
CREATE INDEX sources_by_created ON sources (created_ms, id);
CREATE INDEX sources_by_updated ON sources (updated_ms, id);
CREATE INDEX sources_by_label ON sources ((label IS NULL), ifnull(label, id), id);

CREATE TABLE flows (
  id TEXT PRIMARY KEY, source_id TEXT, format TEXT, codec TEXT, label TEXT, status TEXT, profile_id TEXT,
  frame_width INTEGER, frame_height INTEGER, init_segments INTEGER, document TEXT, metadata_version TEXT,
  created_ms INTEGER, created_by TEXT, updated_ms INTEGER, updated_by TEXT, segments_updated_ms INTEGER
) WITHOUT ROWID;
CREATE INDEX flows_by_created ON flows (created_ms, id);
CREATE INDEX flows_by_updated ON flows (updated_ms, id);
CREATE INDEX flows_by_label ON flows ((label IS NULL), ifnull(label, id), id);
CREATE INDEX flows_by_source ON flows (source_id, created_ms, id);

CREATE TABLE flow_members (
  flow_id TEXT, place INTEGER, member_id TEXT, item TEXT, PRIMARY KEY (flow_id, place)
) WITHOUT ROWID;
CREATE INDEX flow_members_by_member ON flow_members (member_id, flow_id);
${PAST_COLLECTIONS}

CREATE TABLE timelines (key INTEGER PRIMARY KEY, flow_id TEXT UNIQUE);

CREATE TABLE segments (
  timeline INTEGER, start_s INTEGER, start_ns INTEGER, end_s INTEGER, end_ns INTEGER, end_inclusive INTEGER,
  object_id TEXT, extra TEXT, position INTEGER, PRIMARY KEY (timeline, start_s, start_ns)
) WITHOUT ROWID;
CREATE INDEX segments_by_object ON segments (object_id, timeline);
${PAST_SEGMENTS}

CREATE TABLE objects (
  id TEXT PRIMARY KEY, storage_id TEXT, key TEXT, content_type TEXT, role TEXT, timerange TEXT,
  key_frame_count INTEGER, init_object_id TEXT, first_flow_id TEXT, has_urls INTEGER
) WITHOUT ROWID;
CREATE INDEX objects_by_init ON objects (init_object_id) WHERE init_object_id IS NOT NULL;
${PAST_OBJECTS}

CREATE TABLE object_urls (
  object_id TEXT, label TEXT, url TEXT, PRIMARY KEY (object_id, label)
) WITHOUT ROWID;
`
