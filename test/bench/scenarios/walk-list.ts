import { WrongAnswer } from '../load/exchange.ts'
import { flowIdAt, type Library } from '../tams/library.ts'

/** Larger pages than usual, since each is read once. */
const LIMIT = 500

/**
 * Pages through all flows, newest first, and checks that each is there in its place.
 * @returns the key of a page in the middle
 */
export async function walkFlows(origin: string, { count }: Library): Promise<string> {
  let middle = ''
  let next: string | null = null
  let left = count
  do {
    const response: Response = await fetch(
      `${origin}/flows?limit=${LIMIT}${next === null ? '' : `&page=${next}`}`,
    )
    const flows = (await response.json()) as { readonly id: string }[]
    for (const { id } of flows) {
      left--
      if (id !== flowIdAt(left)) throw new WrongAnswer(`${id} is listed where ${flowIdAt(left)} should be`)
    }
    next = response.headers.get('x-paging-nextkey')
    if (middle === '' && left <= count / 2) middle = next ?? ''
  } while (next !== null)
  if (left !== 0) throw new WrongAnswer(`${left} flows are not listed`)
  return middle
}
