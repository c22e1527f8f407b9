import { join, resolve } from 'node:path'

type Place = {
  readonly DATA_DIR: string
  /** Of what processes with data directories of their own share. */
  readonly LOG_DIR?: string | undefined
}
type Views = Place & { readonly EVENTSTORE_URL?: string | undefined }

/** The folder of what all processes share: the log, and where nothing else is said, the media and the secret. */
export const logDir = ({ DATA_DIR, LOG_DIR }: Place): string => LOG_DIR ?? DATA_DIR

export const logPath = (place: Place): string => join(logDir(place), 'events.db')

/**
 * Whether nobody else keeps the views in this process's data directory: the API does where the log is. On an EventStoreDB
 * each process has a data directory of its own.
 */
export const hasOwnViews = ({ EVENTSTORE_URL, ...place }: Views): boolean =>
  EVENTSTORE_URL !== undefined || resolve(logDir(place)) !== resolve(place.DATA_DIR)
