/** What one block of a stream says. @see WHATWG HTML, Server-sent events */
export type StreamBlock = {
  readonly id?: string
  readonly event?: string
  /** None where there is nothing to tell. */
  readonly data?: string
  /** Milliseconds. */
  readonly retry?: number
}

export type StreamParser = {
  /** Takes a piece of the stream, cut anywhere. @returns the blocks that are whole now */
  push(text: string): StreamBlock[]
}

/** Of lines that end with `\n` or `\r\n`, as servers send them. */
export function eventStreamParser(): StreamParser {
  let rest = ''
  let fields = new Map<string, string>()

  const takeLine = (line: string): StreamBlock | undefined => {
    if (line === '') {
      const block = blockOf(fields)
      fields = new Map()
      return block
    }
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    const known = name === 'data' ? fields.get(name) : undefined
    fields.set(name, known === undefined ? value : `${known}\n${value}`)
    return undefined
  }

  return {
    push: (text) => {
      // A long line comes in many pieces: it is looked through once, when its end is there.
      const last = text.lastIndexOf('\n')
      if (last < 0) {
        rest += text
        return []
      }
      const lines = (rest + text.slice(0, last)).split('\n')
      rest = text.slice(last + 1)
      return lines.flatMap((line) => takeLine(line.endsWith('\r') ? line.slice(0, -1) : line) ?? [])
    },
  }
}

function blockOf(fields: ReadonlyMap<string, string>): StreamBlock {
  const { id, event, data } = Object.fromEntries(fields)
  const retry = fields.get('retry')
  return {
    ...(id !== undefined && { id }),
    ...(event !== undefined && { event }),
    ...(data !== undefined && { data }),
    ...(retry !== undefined && /^\d+$/.test(retry) && { retry: Number(retry) }),
  }
}
