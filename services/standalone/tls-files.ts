import { readFileSync } from 'node:fs'
import type { Server } from 'node:https'
import { createSecureContext } from 'node:tls'
import { watchFiles } from '../access/watch-files.ts'
import type { Config } from '../config/config.ts'
import { InvalidConfig } from '../config/invalid-config.ts'
import type { Logger } from '../observability/logger.ts'

/** In PEM; a certificate with those between it and its root. */
export type TlsFiles = { readonly certPath: string; readonly keyPath: string }

/** Both or neither are configured. */
export const tlsFilesOf = ({
  TLS_CERT_FILE: certPath,
  TLS_KEY_FILE: keyPath,
}: Pick<Config, 'TLS_CERT_FILE' | 'TLS_KEY_FILE'>): TlsFiles | undefined =>
  certPath !== undefined && keyPath !== undefined ? { certPath, keyPath } : undefined

type Tls = { readonly cert: Buffer; readonly key: Buffer }

/** @throws InvalidConfig naming the file that cannot be used */
export function readTls({ certPath, keyPath }: TlsFiles): Tls {
  const tls = { cert: fileOf('TLS_CERT_FILE', certPath), key: fileOf('TLS_KEY_FILE', keyPath) }
  try {
    createSecureContext(tls)
  } catch (error) {
    throw new InvalidConfig(`TLS_CERT_FILE: does not go with TLS_KEY_FILE: ${(error as Error).message}`)
  }
  return tls
}

/** Certificates last for weeks, services for longer: new connections have what is there then. */
export function renewTls(
  server: Pick<Server, 'setSecureContext'>,
  files: TlsFiles,
  logger: Logger,
): () => void {
  return watchFiles([files.certPath, files.keyPath], logger, () => {
    server.setSecureContext(readTls(files))
    logger.info('the certificate was read again')
  })
}

function fileOf(variable: string, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new InvalidConfig(`${variable}: ${path} cannot be read: ${(error as Error).message}`)
  }
}
