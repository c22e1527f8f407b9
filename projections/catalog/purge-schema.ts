/**
 * Bytes that are to go from a Storage Backend, and `position`, that of the event that made them so. A row goes
 * when the log says that its bytes are gone.
 */
export const PURGES = `
CREATE TABLE purges (
  storage_id TEXT, key TEXT, object_id TEXT, position INTEGER, PRIMARY KEY (object_id, storage_id, key)
) WITHOUT ROWID;
CREATE INDEX purges_by_position ON purges (storage_id, position, key);
`

/** Instances in Storage Backends that were asked for and are not stored yet. */
export const COPIES = `
CREATE TABLE copies (
  object_id TEXT, storage_id TEXT, key TEXT, position INTEGER, PRIMARY KEY (object_id, storage_id)
) WITHOUT ROWID;
CREATE INDEX copies_by_storage ON copies (storage_id, position);
`
