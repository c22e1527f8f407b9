import { execFileSync } from 'node:child_process'
import { copyFileSync, readFileSync } from 'node:fs'
import { get } from 'node:https'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { runCli } from '../support/run-cli.ts'
import { startService, withFolder } from '../support/running-service.ts'

type Certificate = { readonly cert: string; readonly key: string }

function makeCertificate(folder: string, name: string): Certificate {
  const [cert, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)]
  const about = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2']
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  execFileSync('openssl', [...made, '-keyout', key, '-out', cert, ...about], { stdio: 'ignore' })
  return { cert, key }
}

/** A request over a connection of its own. */
const ask = (url: string, ca: string) =>
  new Promise<{ status: number | undefined; subject: string; hsts: string | undefined; body: string }>(
    (resolve, reject) => {
      const request = get(url, { ca: readFileSync(ca), agent: false }, async (response) => {
        const subject = String((response.socket as TLSSocket).getPeerCertificate().subject.CN)
        let body = ''
        for await (const chunk of response) body += chunk
        const hsts = response.headers['strict-transport-security']
        resolve({ status: response.statusCode, subject, hsts, body })
      })
      request.on('error', reject)
    },
  )

describe('a service with a certificate', () => {
  it('speaks TLS, says so in its URLs, and takes a new certificate without a restart', () =>
    withFolder(async (folder) => {
      const [first, second] = ['first', 'second'].map((name) => makeCertificate(folder, name)) as [
        Certificate,
        Certificate,
      ]
      const [cert, key] = [join(folder, 'tls.pem'), join(folder, 'tls.key')]
      copyFileSync(first.cert, cert)
      copyFileSync(first.key, key)
      const service = await startService(join(folder, 'data'), { TLS_CERT_FILE: cert, TLS_KEY_FILE: key })
      expect(service.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)

      const answer = await ask(`${service.url}/`, first.cert)
      expect(answer).toMatchObject({
        status: 200,
        subject: 'first',
        hsts: expect.stringContaining('max-age='),
      })
      await expect(ask(`${service.url}/`, second.cert)).rejects.toThrow()
      const port = new URL(service.url).port
      await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow()
      const cli = await runCli(['ls', 'flows', '--json'], {
        FRAMELOG_URL: service.url,
        NODE_EXTRA_CA_CERTS: first.cert,
      })
      expect(cli.code).toBe(0)

      copyFileSync(second.key, key)
      copyFileSync(second.cert, cert)
      service.process.kill('SIGHUP')
      const subject = () =>
        ask(`${service.url}/`, second.cert).then(
          (found) => found.subject,
          () => undefined,
        )
      await expect.poll(subject).toBe('second')

      // One that cannot be used changes nothing.
      copyFileSync(first.key, key)
      service.process.kill('SIGHUP')
      await expect.poll(service.log).toContain('cannot be used')
      expect(await subject()).toBe('second')
      expect(await service.stop()).toBe(0)
    }))

  it('does not start with files that are not there, or do not go together', () =>
    withFolder(async (folder) => {
      const [first, second] = [makeCertificate(folder, 'first'), makeCertificate(folder, 'second')]
      const start = (cert: string, key: string) =>
        startService(join(folder, 'data'), { TLS_CERT_FILE: cert, TLS_KEY_FILE: key }).then(
          () => 'started',
          (error: Error) => error.message,
        )
      expect(await start(join(folder, 'none.pem'), first.key)).toMatch(/ended with 1: error: TLS_CERT_FILE: /)
      expect(await start(first.cert, join(folder, 'none.key'))).toMatch(/ended with 1: error: TLS_KEY_FILE: /)
      expect(await start(first.cert, second.key)).toMatch(
        /ended with 1: error: TLS_CERT_FILE: does not go with/,
      )
    }))
})
