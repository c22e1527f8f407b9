import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** PEM files. */
export type Certificates = {
  readonly authority: string
  /** Key and certificate of a broker at 127.0.0.1, in one file. */
  readonly broker: string
  readonly client: { readonly certificate: string; readonly key: string }
}

/** Makes an authority of its own, and what it certifies, valid for a day. */
export function makeCertificates(directory: string): Certificates {
  mkdirSync(directory, { recursive: true })
  const inside = (name: string) => join(directory, name)
  const authority = { key: inside('authority.key'), certificate: inside('authority.pem') }
  openssl('req', '-x509', ...newKey(authority.key), '-out', authority.certificate, '-subj', '/CN=authority')
  const certify = (name: string): { key: string; certificate: string } => {
    const [key, request, certificate] = [inside(`${name}.key`), inside(`${name}.csr`), inside(`${name}.pem`)]
    const names = inside(`${name}.cnf`)
    writeFileSync(names, 'subjectAltName=IP:127.0.0.1,DNS:localhost\n')
    openssl('req', ...newKey(key), '-out', request, '-subj', `/CN=${name}`)
    const signer = ['-CA', authority.certificate, '-CAkey', authority.key, '-CAcreateserial']
    openssl('x509', '-req', '-in', request, ...signer, '-extfile', names, '-days', '1', '-out', certificate)
    return { key, certificate }
  }
  const broker = certify('broker')
  writeFileSync(
    inside('broker-all.pem'),
    readFileSync(broker.key, 'utf8') + readFileSync(broker.certificate, 'utf8'),
  )
  return { authority: authority.certificate, broker: inside('broker-all.pem'), client: certify('client') }
}

const newKey = (path: string) => ['-newkey', 'rsa:2048', '-nodes', '-keyout', path]

const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { stdio: 'pipe' })
