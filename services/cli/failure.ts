/** Something the person at the terminal can act on: it is shown without a stack. */
export class Failure extends Error {
  override readonly name: string = 'Failure'
  readonly exitCode: number = EXIT_FAILED
}

/** The command line itself is wrong. */
export class UsageFailure extends Failure {
  override readonly name = 'UsageFailure'
  override readonly exitCode = EXIT_USAGE
}

export const EXIT_FAILED = 1
export const EXIT_USAGE = 2
