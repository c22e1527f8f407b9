import type { Dispatcher } from 'undici'
import type { OutboundRefused } from './outbound-errors.ts'

/** A POST of which nobody reads the answer. */
export type OutboundPost = {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** For all of it. */
  readonly totalTimeoutMs: number
}

export type PostAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** Where a URL leads, or why nothing is sent there. */
export type Target = { readonly origin: string; readonly path: string } | OutboundRefused

/** What comes beside the status is of no interest, but a connection is used again once it is read. */
const MAX_READ_BYTES = 64 * 1024

/**
 * Without streams, signals and iterators for each request, which cost more than all the rest of it.
 * @returns once there is a status
 * @throws what undici fails with
 */
export async function postOnce(
  dispatcher: Dispatcher,
  { origin, path }: Exclude<Target, Error>,
  { headers, body, totalTimeoutMs }: Omit<OutboundPost, 'url'>,
): Promise<PostAnswer> {
  let isOver = false
  let abort: (reason: Error) => void = (reason) => {
    abortReason = reason
  }
  let abortReason: Error | undefined
  let timer: NodeJS.Timeout | undefined
  const end = () => {
    isOver = true
    clearTimeout(timer)
  }

  const answer = await new Promise<PostAnswer>((resolve, reject) => {
    timer = setTimeout(() => {
      const reason = new Error(`it took longer than ${totalTimeoutMs} ms`)
      abort(reason)
      reject(reason)
    }, totalTimeoutMs)
    let bytes = 0
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (controller) => {
        if (abortReason) return controller.abort(abortReason)
        abort = (reason) => controller.abort(reason)
      },
      onResponseStart: (_controller, status, answered) => {
        // What is told ahead of the answer is none (RFC 9110, 15.2).
        if (status >= 200) resolve({ status, headers: answered })
      },
      onResponseData: (controller, chunk) => {
        bytes += chunk.length
        if (bytes > MAX_READ_BYTES) controller.abort(NOT_READ)
      },
      onResponseEnd: end,
      onResponseError: (_controller, error) => {
        end()
        reject(error)
      },
    }
    try {
      dispatcher.dispatch({ origin, path, method: 'POST', headers, body }, handler)
    } catch (error) {
      end()
      reject(error)
    }
  })

  if (!isOver && !(Number(answer.headers['content-length']) <= MAX_READ_BYTES)) abort(NOT_READ)
  return answer
}

const NOT_READ = new Error('the rest of the answer is not read')
