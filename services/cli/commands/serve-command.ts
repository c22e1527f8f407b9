import type { Command } from 'commander'

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('run the service; environment variables configure it')
    .action(async () => {
      const { serve } = await import('../serve.ts')
      await serve()
    })
}
