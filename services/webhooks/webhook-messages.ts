export type WebhookThreadOptions = {
  /** Where clients reach the service. The rest is in the environment. */
  readonly publicUrl: string
}

/** `measure` is answered by `measured`, in the order of asking. */
export type ToWebhooks = 'measure' | 'stop'

export type FromWebhooks =
  | { readonly type: 'ready' }
  /** Metrics as Prometheus reads them. */
  | { readonly type: 'measured'; readonly text: string }
