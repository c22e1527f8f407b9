export type ToldFindings = {
  /** Notes a finding of this round. @returns whether the round before had it not */
  isNew(finding: string): boolean
  endRound(): void
}

/** Rounds find the same again and again, and it is to be told once. What is beyond this is told each time. */
const MAX_KEPT = 100_000

export function toldFindings(): ToldFindings {
  let before = new Set<string>()
  let current = new Set<string>()
  return {
    isNew: (finding) => {
      if (current.size < MAX_KEPT) current.add(finding)
      return !before.has(finding)
    },
    endRound: () => {
      before = current
      current = new Set()
    },
  }
}
