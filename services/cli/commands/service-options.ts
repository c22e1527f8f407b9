import { type Command, InvalidArgumentError, Option } from 'commander'

/** How a command reaches the service, and how it answers. */
export type ServiceFlags = {
  readonly url: URL
  readonly token?: string
  readonly user?: string
  readonly json?: boolean
}

const DEFAULT_URL = 'http://127.0.0.1:8000'

/** Adds the options that all commands have which talk to a service. */
export function withServiceOptions(command: Command): Command {
  const url = new Option('--url <url>', 'the TAMS service').env('FRAMELOG_URL').argParser(toUrl)
  return command
    .addOption(url.default(new URL(DEFAULT_URL), DEFAULT_URL))
    .addOption(new Option('--token <token>', 'bearer token').env('FRAMELOG_TOKEN'))
    .addOption(new Option('--user <name>', 'user; the password is in FRAMELOG_PASSWORD').env('FRAMELOG_USER'))
    .option('--json', 'print JSON, one document a line')
}

export function toUrl(text: string): URL {
  if (!URL.canParse(text) || !/^https?:/i.test(text))
    throw new InvalidArgumentError('It is no http or https URL.')
  return new URL(text)
}

export function toPositive(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a positive whole number.')
  return value
}
