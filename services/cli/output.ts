/** Standard output is for results; biome and readers know where they go. */
export function printLine(text: string): void {
  process.stdout.write(`${text}\n`)
}

export function printJson(value: unknown): void {
  printLine(JSON.stringify(value))
}

/** For people, beside the results. */
export function printNote(text: string): void {
  process.stderr.write(`${text}\n`)
}
