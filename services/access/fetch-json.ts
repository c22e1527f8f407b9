const TIMEOUT_MS = 5_000
/** A set of keys has a few kilobytes. */
const MAX_BYTES = 256 * 1024

/** What is at a URL. Redirects are not followed: keys come from where they are said to be. @throws */
export async function fetchJson(url: string): Promise<unknown> {
  const answer = await fetch(url, {
    redirect: 'error',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (answer.status !== 200) {
    await answer.body?.cancel()
    throw new Error(`${url} answered ${answer.status}`)
  }
  let text = ''
  const decoder = new TextDecoder()
  for await (const bytes of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    text += decoder.decode(bytes, { stream: true })
    if (text.length > MAX_BYTES) throw new Error(`${url} is too long`)
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`${url} is no JSON`)
  }
}
