/** Media or a playlist that this program cannot ingest, in words for the person who gave it. */
export class MediaError extends Error {
  override readonly name = 'MediaError'
}
