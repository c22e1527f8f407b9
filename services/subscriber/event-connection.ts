import { eventStreamParser, type StreamBlock } from './event-stream-parser.ts'
import { SubscriptionRefused } from './subscription-refused.ts'

export type ConnectionRequest = {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** No answer, or none that is a stream, for now. */
export class StreamUnavailable extends Error {
  override readonly name = 'StreamUnavailable'
  /** How long the service asks to be left alone. */
  readonly retryAfterMs: number

  constructor(message: string, retryAfterMs = 0) {
    super(message)
    this.retryAfterMs = retryAfterMs
  }
}

/** Heartbeats come every 15 seconds: a connection that is silent for longer is dead. */
const SILENCE_MS = 45_000
const MAX_SUMMARY_CHARACTERS = 500

/** What one connection brings, until it ends. @throws SubscriptionRefused; others where it was lost */
export async function* readConnection(request: ConnectionRequest): AsyncGenerator<StreamBlock> {
  const silence = new AbortController()
  const signal = AbortSignal.any([request.signal, silence.signal])
  let timer = setTimeout(() => silence.abort(), SILENCE_MS)
  try {
    const answer = await fetch(request.url, { headers: request.headers, signal })
    if (!answer.ok || !answer.body) throw await refusalOf(answer)
    const parser = eventStreamParser()
    const decoder = new TextDecoder()
    for await (const bytes of answer.body as AsyncIterable<Uint8Array>) {
      clearTimeout(timer)
      // What it brought may take any time to be worked on: that is no silence.
      yield* parser.push(decoder.decode(bytes, { stream: true }))
      timer = setTimeout(() => silence.abort(), SILENCE_MS)
    }
  } finally {
    clearTimeout(timer)
    silence.abort()
  }
}

async function refusalOf(answer: Response): Promise<Error> {
  const { status, headers } = answer
  const summary = summaryOf(await answer.text().catch(() => ''))
  const isPassing = status === 408 || status === 429 || status >= 500
  if (!isPassing) return new SubscriptionRefused(status, summary)
  const seconds = Number(headers.get('retry-after') ?? 0)
  return new StreamUnavailable(`${status} ${summary}`, Number.isFinite(seconds) ? seconds * 1000 : 0)
}

function summaryOf(text: string): string {
  try {
    const { summary } = JSON.parse(text) as { summary?: unknown }
    return String(summary ?? '').slice(0, MAX_SUMMARY_CHARACTERS)
  } catch {
    return ''
  }
}
