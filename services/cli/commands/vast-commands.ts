import type { Command } from 'commander'
import type { VerifyVastFlags } from './run-verify-vast.ts'

const ENVIRONMENT = `
It takes the environment variables of the service (DATA_DIR, VAST_...).`

const VERIFY_DETAILS = `${ENVIRONMENT}
Waits until the tables include all of the log, for half a minute at most; then compares all rows, by counts and
checksums of each Flow's segments and of groups of other resources, and row by row where they differ. It runs beside
the service or without it.

Exit codes: 0 the tables are what they have to be; 1 they are not; 2 wrong usage.`

const REBUILD_DETAILS = `${ENVIRONMENT}
Drops the tables, makes them anew, and fills them from the log: the service does where it runs and writes tables,
this command does otherwise. Whoever reads the tables meanwhile sees only some of the rows.`

const PROJECT_DETAILS = `${ENVIRONMENT}
The service keeps the catalog that is read here, and has to run with VAST_PROJECTOR_ENABLED=false.`

/** @param verify the command that verifies media, to which this is another */
export function addVerifyVastCommand(verify: Command): void {
  verify
    .command('vast')
    .description('compare the tables in VAST DB with the log')
    .option('--json', 'print JSON, one document a line')
    .addHelpText('after', VERIFY_DETAILS)
    .action(async (_flags: VerifyVastFlags, command: Command) => {
      const { runVerifyVast } = await import('./run-verify-vast.ts')
      await runVerifyVast(command.optsWithGlobals())
    })
}

export function addRebuildCommand(program: Command): void {
  program
    .command('rebuild')
    .description('make anew what follows from the log')
    .command('vast')
    .description('make the tables in VAST DB anew')
    .addHelpText('after', REBUILD_DETAILS)
    .action(async () => {
      const { runRebuildVast } = await import('./run-rebuild-vast.ts')
      await runRebuildVast()
    })
}

export function addVastCommand(program: Command): void {
  program
    .command('vast')
    .description('write tables to VAST DB')
    .command('project')
    .description('write them in a process of its own, as framelog serve projector does')
    .addHelpText('after', PROJECT_DETAILS)
    .action(async () => {
      const { serve } = await import('../serve.ts')
      await serve('projector')
    })
}
