/** What requests to S3 are signed with. */
export type SigningCredentials = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  /** Absent: they last until someone revokes them. */
  readonly expiration?: Date
}

/** Gets credentials; `forceRefresh`: newer ones than it has, where there are any. */
export type CredentialProvider = (options?: {
  readonly forceRefresh?: boolean
}) => Promise<SigningCredentials>

export type FollowedCredentials = {
  /** The newest there are, at once. */
  current(): SigningCredentials
  close(): void
}

export type FollowOptions = {
  /** How long URLs signed with them have to hold: they are renewed while they last longer than that. */
  readonly urlLifetimeSeconds: number
  /** Told of each refresh that fails. It is tried again. */
  readonly onFailure: (error: unknown) => void
  readonly now?: () => number
}

/** A minute between two tries: a store of credentials that is down is not helped by more. */
const RETRY_MS = 60_000

/** Timers hold no longer: what is further away is looked at again then. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000

/**
 * Keeps credentials at hand, so that signing never waits: those that expire are renewed in the background.
 * Where they last shorter than URLs have to, they are renewed every minute, and URLs hold for as long as
 * their credentials do.
 * @throws what `provider` fails with at first
 */
export async function followCredentials(
  provider: CredentialProvider,
  { urlLifetimeSeconds, onFailure, now = Date.now }: FollowOptions,
): Promise<FollowedCredentials> {
  let current = await provider()
  let timer: NodeJS.Timeout | undefined
  let closed = false

  const renew = async () => {
    try {
      current = await provider({ forceRefresh: true })
    } catch (error) {
      onFailure(error)
    }
    schedule()
  }
  const schedule = () => {
    if (closed || !current.expiration) return
    const waitMs = current.expiration.getTime() - now() - urlLifetimeSeconds * 1000 - RETRY_MS
    timer = setTimeout(renew, Math.min(LONGEST_WAIT_MS, Math.max(RETRY_MS, waitMs)))
    timer.unref()
  }
  schedule()

  return {
    current: () => current,
    close: () => {
      closed = true
      clearTimeout(timer)
    },
  }
}
