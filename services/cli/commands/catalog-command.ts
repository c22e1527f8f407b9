import type { Command } from 'commander'

const DETAILS = `
The environment of a service says where its catalog is (DATA_DIR, LOG_DIR). A new one starts from the copy of another's
catalog, and reads only what came since, instead of all of the log. Analytics and the index of events are not part of it:
they are built from the log while the service runs.

Examples:
  DATA_DIR=/srv/first framelog catalog export /tmp/catalog.db
  LOG_DIR=/srv/log DATA_DIR=/srv/second framelog catalog import /tmp/catalog.db

Exit codes: 0 done, 1 failed or refused, 2 wrong usage.`

type Flags = { readonly json?: boolean }

export function addCatalogCommand(program: Command): void {
  const catalog = program
    .command('catalog')
    .description('copy a catalog, and start from the copy of another')
    .addHelpText('after', DETAILS)

  catalog
    .command('export')
    .description('copy the catalog as it is now, while its service runs')
    .argument('<file>', 'where the copy goes')
    .option('--json', 'print JSON')
    .action(async (file: string, flags: Flags) => {
      const { runCatalogExport } = await import('./run-catalog.ts')
      await runCatalogExport(file, flags)
    })

  catalog
    .command('import')
    .description('have a service that does not run start from a copy')
    .argument('<file>', 'the copy')
    .option('--json', 'print JSON')
    .action(async (file: string, flags: Flags) => {
      const { runCatalogImport } = await import('./run-catalog.ts')
      await runCatalogImport(file, flags)
    })
}
