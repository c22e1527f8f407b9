/** `measure` is answered by `measured`, in the order of asking. */
export type ToProjector = 'measure' | 'stop'

export type FromProjector =
  | { readonly type: 'ready' }
  /** Metrics as Prometheus reads them, and what went wrong last. */
  | { readonly type: 'measured'; readonly text: string; readonly error: string | undefined }
