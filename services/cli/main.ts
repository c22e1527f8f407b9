#!/usr/bin/env node
import { VERSION } from '../process/version.ts'
import { exitCodeOf, messageOf } from './exit.ts'
import { createProgram } from './program.ts'

// A reader that has seen enough, like `head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

try {
  await createProgram(VERSION).parseAsync()
} catch (error) {
  const message = messageOf(error)
  if (message !== undefined) process.stderr.write(`${message}\n`)
  process.exit(exitCodeOf(error))
}
