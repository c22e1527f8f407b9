import type { Command } from 'commander'

const DETAILS = `
The password is read from standard input; where that is a terminal, it is asked for and not shown.
What is printed goes into the file that AUTH_USERS_FILE names:

  - name: ingest
    password: $scrypt$ln=15,r=8,p=3$...
    scopes: [tams-api/read, tams-api/write]
    groups: [news]

Example:
  openssl rand -base64 24 | tee /dev/stderr | framelog users hash`

export function addUsersCommand(program: Command): void {
  const users = program
    .command('users')
    .description('prepare the file of users for HTTP basic authentication')
  users
    .command('hash')
    .description('print what a password is kept as')
    .addHelpText('after', DETAILS)
    .action(async () => {
      const { runHashPassword } = await import('./run-hash-password.ts')
      await runHashPassword()
    })
}
