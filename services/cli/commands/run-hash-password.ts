import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { hashPassword } from '../../access/password-hash.ts'
import { UsageFailure } from '../failure.ts'
import { printLine } from '../output.ts'

const MIN_CHARACTERS = 8

export async function runHashPassword(): Promise<void> {
  const password = process.stdin.isTTY ? await askUnseen('Password: ') : await firstLine()
  if (password.length < MIN_CHARACTERS) {
    throw new UsageFailure(`the password has to have ${MIN_CHARACTERS} characters or more`)
  }
  printLine(await hashPassword(password))
}

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin })
  for await (const line of lines) return line
  return ''
}

/** The terminal's echo is this program's to write, and it does not. */
async function askUnseen(question: string): Promise<string> {
  process.stderr.write(question)
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: unseen, terminal: true })
  try {
    return await lines.question('')
  } finally {
    lines.close()
    process.stderr.write('\n')
  }
}
