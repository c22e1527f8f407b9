import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Reply } from '../commands/command.ts'
import { FAILED } from '../query/frames.ts'
import { type Refusal, refusalXml } from '../refusal.ts'
import type { Fault } from './faults.ts'

export async function sendReply(response: ServerResponse, reply: Reply, fault?: Fault): Promise<void> {
  const { headers = {}, body = new Uint8Array() } = reply
  if (body instanceof Uint8Array) {
    response.writeHead(200, { ...headers, 'content-length': body.length }).end(body)
    return
  }
  response.writeHead(200, { ...headers, 'content-type': 'application/octet-stream' })
  // Who reads may leave in the middle; that is no trouble of ours.
  await pipeline(Readable.from(troubled(body, fault, response)), response).catch(() => response.destroy())
}

/** Frames as they are, or until a fault strikes. Waits for what was sent before it cuts the connection. */
async function* troubled(frames: Iterable<Uint8Array>, fault: Fault | undefined, response: ServerResponse) {
  let left = fault && 'frames' in fault ? fault.frames : Number.POSITIVE_INFINITY
  for (const frame of frames) {
    if (left-- > 0) yield frame
    else if (fault?.kind === 'fail_after_frames') {
      yield FAILED
      return
    } else {
      await new Promise((sent) => response.write(new Uint8Array(), sent))
      response.socket?.destroy()
      return
    }
  }
}

export function sendRefusal(response: ServerResponse, method: string, refusal: Refusal): void {
  const xml = Buffer.from(refusalXml(refusal))
  response.writeHead(refusal.status, { 'content-type': 'application/xml', 'content-length': xml.length })
  response.end(method === 'HEAD' ? undefined : xml)
}
