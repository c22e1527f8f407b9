/** A backup cannot be made, is not whole, or must not be restored here: the message says why. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused'
}
