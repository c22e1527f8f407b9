import { Command, Option } from 'commander'
import { SCENARIOS, type Scenario } from './scenarios/names.ts'

export type Options = {
  readonly quick: boolean
  readonly tenMillion: boolean
  readonly strict: boolean
  /** All of them unless given. */
  readonly only: readonly Scenario[]
  /** Where the report goes. */
  readonly json: string
  /** Where the service keeps its data meanwhile. */
  readonly data: string
  readonly profile?: string
}

/** @param argv as `process.argv`; wrong options end the process with a message */
export function parseOptions(argv: readonly string[], now: Date): Options {
  const program = new Command('npm run bench --')
    .description('Measures the built service against a bare Express handler. See docs/benchmarks.md.')
    .option('--quick', 'a few seconds each: shows that everything works, not how fast it is', false)
    .option(
      '--ten-million',
      'also reads a flow of ten million segments: takes about 20 GB and an hour',
      false,
    )
    .option('--strict', 'exit with 1 where a budget is missed', false)
    .addOption(
      new Option('--only <scenario...>', 'measure these alone').choices(SCENARIOS).default(SCENARIOS, 'all'),
    )
    .option('--json <file>', 'where the report goes', `bench-results/${fileNameOf(now)}.json`)
    .option(
      '--data <directory>',
      'where the service keeps its data meanwhile: on the disk that is meant',
      'bench-results',
    )
    .option('--profile <directory>', 'leave CPU profiles of the service there: slows it a little')
  return program.parse([...argv]).opts<Options>()
}

/** Sorts by time, and any file system takes it. */
const fileNameOf = (now: Date): string => now.toISOString().slice(0, 19).replaceAll(':', '-')
