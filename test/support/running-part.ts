import { type RunningCli, startCli } from './run-cli.ts'

/** A service that runs alone, as a process of its own. */
export type RunningPart = {
  /** Where it tells of itself. */
  readonly url: string
  readonly cli: RunningCli
  /** SIGTERM. @returns the exit code */
  stop(): Promise<number | null>
  /** SIGKILL. */
  kill(): Promise<void>
}

/** Where a command tells its health and metrics, once it has said so. */
export const operationsUrl = (cli: RunningCli): string | undefined =>
  cli.stderr().match(/health +(http\S+)\/health/)?.[1]

/** `framelog serve <service>`, once it runs or stands by. @throws with what it said where it does not start */
export async function startPart(service: string, environment: Record<string, string>): Promise<RunningPart> {
  const cli = startCli(['serve', service], environment)
  const url = await new Promise<string>((resolve, reject) => {
    const look = setInterval(() => {
      const told = operationsUrl(cli)
      if (told === undefined) return
      clearInterval(look)
      resolve(told)
    }, 20)
    void cli.ended.then(({ code, stdout, stderr }) => {
      clearInterval(look)
      reject(new Error(`${service} ended with ${code}: ${stderr}${stdout}`))
    })
  })
  const end = async (signal: NodeJS.Signals) => {
    cli.process.kill(signal)
    return (await cli.ended).code
  }
  return {
    url,
    cli,
    stop: () => end('SIGTERM'),
    kill: async () => {
      await end('SIGKILL')
    },
  }
}
