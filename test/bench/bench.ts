import { join } from 'node:path'
import { type BareProcess, startBare } from './processes/bare-process.ts'
import { type ServiceProcess, startService } from './processes/service-process.ts'
import type { Progress } from './report/progress.ts'
import type { Row } from './report/row.ts'
import type { Scale } from './scale.ts'
import type { Scenario } from './scenarios/names.ts'

/** One run of the benchmark. */
export type Bench = {
  readonly scale: Scale
  /** Where data directories are made. */
  readonly directory: string
  readonly profileDirectory: string | undefined
  readonly progress: Progress
  wants(...scenarios: readonly Scenario[]): boolean
  /** Adds a line to the report. */
  add(row: Row): void
}

export type Servers = { readonly service: ServiceProcess; readonly bare: BareProcess }

/** Starts the service on a data directory of this run, made if it is not there. */
export const startOn = (
  { directory, profileDirectory }: Bench,
  dataDirectory: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ServiceProcess> =>
  startService({ dataDir: join(directory, dataDirectory), profileDirectory, environment })

/** Has both servers up while `use` runs, and stops them whatever comes of it. */
export async function withServers<T>(
  bench: Bench,
  dataDirectory: string,
  use: (servers: Servers) => Promise<T>,
): Promise<T> {
  const service = await startOn(bench, dataDirectory)
  try {
    const bare = await startBare()
    try {
      return await use({ service, bare })
    } finally {
      await bare.stop()
    }
  } finally {
    await service.stop()
  }
}
