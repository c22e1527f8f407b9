import { Argument, type Command } from 'commander'
import { OPERATIONS_PORTS, SERVICES } from '../../standalone/service-name.ts'
import type { Served } from '../serve.ts'

const PORTS = SERVICES.map((service) => `  ${service.padEnd(10)}${OPERATIONS_PORTS[service]}`).join('\n')

const DETAILS = `
Without a name, all of it runs in one process, but for what the environment switches off. By name, one service runs alone:
api, or one of these, which tell their /health and /metrics at OPERATIONS_PORT, or else here:
${PORTS}
All take the same environment. Of each but api and commands one works at a time, the others stand by.

Examples:
  framelog serve
  framelog serve api & framelog serve deletion & framelog serve webhooks
  LOG_DIR=/srv/log DATA_DIR=/srv/second PORT=8100 framelog serve api`

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('run the service, or one part of it; environment variables configure it')
    .addArgument(
      new Argument('[service]', 'what to run alone').choices(['all', 'api', ...SERVICES]).default('all'),
    )
    .addHelpText('after', DETAILS)
    .action(async (served: Served) => {
      const { serve } = await import('../serve.ts')
      await serve(served)
    })
}
