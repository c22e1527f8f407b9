/** A setting that stops the start: the message names it and says what is wrong. */
export class InvalidConfig extends Error {
  override readonly name = 'InvalidConfig'
}
