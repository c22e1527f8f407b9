import { WrongAnswer } from '../load/exchange.ts'

/** A Flow of data: nothing of it is told but what has to be. */
export const dataFlow = (id: string) => ({
  id,
  source_id: crypto.randomUUID(),
  format: 'urn:x-nmos:format:data',
  codec: 'application/octet-stream',
  container: 'application/octet-stream',
  essence_parameters: {},
})

/** @throws WrongAnswer unless it was made */
export async function putDataFlow(origin: string, id: string): Promise<void> {
  const answer = await fetch(`${origin}/flows/${id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(dataFlow(id)),
  })
  await answer.arrayBuffer()
  if (answer.status !== 201) throw new WrongAnswer(`PUT flow answered ${answer.status}`)
}
