/** The server's URL, which may have a password, comes by the environment, and is told to nobody. */
export type MirrorThreadOptions = { readonly path: string }

export const URL_VARIABLE = 'EVENTSTORE_URL'

/** What is wrong; undefined while all is well. `isFinal`: no further attempt would change it. */
export type FromMirrorThread = { readonly trouble: string | undefined; readonly isFinal?: boolean }
