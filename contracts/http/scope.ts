/** What may be done at all, as AppNote 0016 names it. */
export const SCOPES = ['tams-api/read', 'tams-api/write', 'tams-api/delete', 'tams-api/admin'] as const

export type Scope = (typeof SCOPES)[number]

/** Whoever has any scope. */
export const ANY_SCOPE: readonly Scope[] = SCOPES

/** Whoever asks, without saying who. */
export const OPEN: readonly Scope[] = []
