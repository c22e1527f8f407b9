import { WrongAnswer } from '../load/exchange.ts'

/** Asks for something outside the time that is measured. @returns the answer's body @throws WrongAnswer */
export async function ask(origin: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(origin + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new WrongAnswer(`${method} ${path} answered ${answer.status}`)
  return text === '' ? undefined : JSON.parse(text)
}
