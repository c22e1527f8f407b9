/**
 * Measures several things in turns, A B A B, rather than one after the other: a machine that slows down for a
 * while then slows all of them.
 * @returns what each turn gave, round by round, in the order of `turns`
 */
export async function interleave<T>(
  rounds: number,
  turns: readonly ((round: number) => Promise<T>)[],
): Promise<readonly (readonly T[])[]> {
  const results: T[][] = turns.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (const [index, turn] of turns.entries()) results[index]!.push(await turn(round))
  }
  return results
}
