import { PAST_COLLECTIONS, PAST_OBJECTS, PAST_SEGMENTS } from './past-schema.ts'
import { COPIES, PURGES } from './purge-schema.ts'

/**
 * The catalog's tables. It is a view of the log: a change here needs a new CATALOG_VERSION, upon which every
 * catalog is rebuilt.
 */
export const CATALOG_VERSION = 3

/**
 * Times of events are UTC milliseconds (`*_ms`). Media times are a pair of integers, seconds (48 bits) and
 * nanoseconds, which sort as the timeline does. `document` holds what a client said, as JSON. `position` is
 * that of the event a segment came with.
 *
 * The key of a flow or source is the position of the event that made it. Its facets (docs/decisions/0017)
 * carry what lists sort by, `sort_label` being the label where there is one and then the id.
 *
 * Nearly every object has one instance, the one it was allocated: it is in the object's own row. Where
 * `has_urls` is 1 there are more, in `object_urls` or `object_instances`.
 *
 * `copies` are instances that were asked for and are not there yet, by the position of the request.
 *
 * A segment's tags are those of its object on its timeline, a row for each value; an empty list is a row
 * without one. A timeline that never had any is not looked up: `is_tagged` is 1 for the others.
 */
export const CATALOG_SCHEMA = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE service (id TEXT PRIMARY KEY, name TEXT, description TEXT) WITHOUT ROWID;

CREATE TABLE sources (
  key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, format TEXT, label TEXT, sort_label TEXT, document TEXT,
  created_ms INTEGER, created_by TEXT, updated_ms INTEGER, updated_by TEXT, collects INTEGER, collected INTEGER
);
CREATE TABLE source_facets (
  key INTEGER, facet INTEGER, created_ms INTEGER, updated_ms INTEGER, sort_label TEXT, PRIMARY KEY (key, facet)
) WITHOUT ROWID;

CREATE TABLE flows (
  key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source_id TEXT, format TEXT, codec TEXT, label TEXT,
  sort_label TEXT, status TEXT, profile_id TEXT, frame_width INTEGER, frame_height INTEGER, init_segments INTEGER,
  document TEXT, metadata_version TEXT, created_ms INTEGER, created_by TEXT, updated_ms INTEGER, updated_by TEXT,
  segments_updated_ms INTEGER, collects INTEGER, collected INTEGER
);
CREATE TABLE flow_facets (
  key INTEGER, facet INTEGER, created_ms INTEGER, updated_ms INTEGER, sort_label TEXT, PRIMARY KEY (key, facet)
) WITHOUT ROWID;

CREATE TABLE facets (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE tag_sets (facet INTEGER PRIMARY KEY, names TEXT NOT NULL);

CREATE TABLE flow_members (
  flow_id TEXT, place INTEGER, member_id TEXT, item TEXT, source_id TEXT, member_source_id TEXT,
  PRIMARY KEY (flow_id, place)
) WITHOUT ROWID;
CREATE INDEX flow_members_by_member ON flow_members (member_id, flow_id);
CREATE INDEX flow_members_by_source ON flow_members (source_id, member_source_id);
CREATE INDEX flow_members_by_member_source ON flow_members (member_source_id, source_id);
${PAST_COLLECTIONS}

CREATE TABLE timelines (key INTEGER PRIMARY KEY, flow_id TEXT UNIQUE, is_tagged INTEGER);

CREATE TABLE segments (
  timeline INTEGER, start_s INTEGER, start_ns INTEGER, end_s INTEGER, end_ns INTEGER, end_inclusive INTEGER,
  object_id TEXT, extra TEXT, position INTEGER, PRIMARY KEY (timeline, start_s, start_ns)
) WITHOUT ROWID;
CREATE INDEX segments_by_object ON segments (object_id, timeline);
${PAST_SEGMENTS}

CREATE TABLE objects (
  id TEXT PRIMARY KEY, storage_id TEXT, key TEXT, content_type TEXT, role TEXT, timerange TEXT,
  key_frame_count INTEGER, init_object_id TEXT, first_flow_id TEXT, has_urls INTEGER,
  plain_upload INTEGER, size_bytes INTEGER, checksums TEXT
) WITHOUT ROWID;
CREATE INDEX objects_by_init ON objects (init_object_id) WHERE init_object_id IS NOT NULL;
CREATE INDEX objects_by_plain_key ON objects (key) WHERE plain_upload IS NOT NULL;

CREATE TABLE segment_tags (
  timeline INTEGER, object_id TEXT, name TEXT, place INTEGER, value TEXT, is_list INTEGER,
  PRIMARY KEY (timeline, object_id, name, place)
) WITHOUT ROWID;
CREATE INDEX segment_tags_by_value ON segment_tags (timeline, name, value, object_id);
${PAST_OBJECTS}

CREATE TABLE object_urls (
  object_id TEXT, label TEXT, url TEXT, PRIMARY KEY (object_id, label)
) WITHOUT ROWID;

CREATE TABLE profiles (
  id TEXT PRIMARY KEY, format TEXT, codec TEXT, label TEXT, document TEXT, created_ms INTEGER, created_by TEXT
) WITHOUT ROWID;
CREATE INDEX profiles_by_created ON profiles (created_ms, id);
CREATE INDEX profiles_by_format ON profiles (format, created_ms, id);
CREATE INDEX profiles_by_codec ON profiles (codec, created_ms, id);
CREATE INDEX profiles_by_label ON profiles (label, created_ms, id);

CREATE TABLE webhooks (
  id TEXT PRIMARY KEY, url TEXT, status TEXT, error TEXT, document TEXT
) WITHOUT ROWID;
CREATE INDEX webhooks_by_url ON webhooks (url, id);
CREATE TABLE deletion_requests (
  id TEXT PRIMARY KEY, flow_id TEXT, object_id TEXT, delete_flow INTEGER, timerange_to_delete TEXT,
  timerange_remaining TEXT, status TEXT, error TEXT,
  created_ms INTEGER, created_by TEXT, updated_ms INTEGER, expiry_ms INTEGER, due_ms INTEGER
) WITHOUT ROWID;
CREATE INDEX deletion_requests_by_created ON deletion_requests (created_ms, id);
CREATE INDEX deletion_requests_by_expiry ON deletion_requests (ifnull(-expiry_ms, 0), id);
CREATE INDEX deletion_requests_expiring ON deletion_requests (expiry_ms) WHERE expiry_ms IS NOT NULL;
CREATE INDEX deletion_requests_held ON deletion_requests (due_ms, id) WHERE due_ms IS NOT NULL;
CREATE INDEX deletion_requests_open ON deletion_requests (flow_id, id) WHERE status IN ('created', 'started');
CREATE TABLE object_instances (
  object_id TEXT, storage_id TEXT, key TEXT, PRIMARY KEY (object_id, storage_id)
) WITHOUT ROWID;
${COPIES}${PURGES}`

const indexesOfList = (table: 'flows' | 'sources', facets: 'flow_facets' | 'source_facets') => `
CREATE INDEX IF NOT EXISTS ${table}_by_created ON ${table} (created_ms, key);
CREATE INDEX IF NOT EXISTS ${table}_by_updated ON ${table} (updated_ms, key);
CREATE INDEX IF NOT EXISTS ${table}_by_label ON ${table} (sort_label, key);
CREATE INDEX IF NOT EXISTS ${facets}_by_created ON ${facets} (facet, created_ms, key);
CREATE INDEX IF NOT EXISTS ${facets}_by_updated ON ${facets} (facet, updated_ms, key);
CREATE INDEX IF NOT EXISTS ${facets}_by_label ON ${facets} (facet, sort_label, key);
`

/** Needed by whoever reads lists, and by no one who writes: a catalog built from scratch makes them last. */
export const LIST_INDEXES = indexesOfList('flows', 'flow_facets') + indexesOfList('sources', 'source_facets')
