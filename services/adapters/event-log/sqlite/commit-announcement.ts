import { BroadcastChannel } from 'node:worker_threads'

/** All who have the same log open in this process meet on one channel. */
const channelOf = (path: string): string => `framelog-event-log:${path}`

/**
 * Tells the rest of this process, whichever thread it is on, that events were committed.
 * @param path the log's file, without symbolic links.
 * @param from whoever hears its own name need not listen: it has the answer already.
 */
export function announcer(path: string, from: string): (() => void) & { close(): void } {
  const channel = new BroadcastChannel(channelOf(path))
  channel.unref()
  return Object.assign(() => channel.postMessage(from), { close: () => channel.close() })
}

/** @returns a function that stops listening. Listening does not keep the process alive. */
export function onAnnouncement(path: string, self: string, heard: () => void): () => void {
  const channel = new BroadcastChannel(channelOf(path))
  channel.onmessage = (message) => {
    if ((message as { readonly data: unknown }).data !== self) heard()
  }
  channel.unref()
  return () => channel.close()
}
