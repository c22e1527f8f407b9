/** Those that the client knows, but for `tlsVerifyCert`, which it does not heed. */
const OPTIONS: ReadonlySet<string> = new Set([
  'usercertfile',
  'userkeyfile',
  'maxdiscoverattempts',
  'connectionname',
  'defaultdeadline',
  'discoveryinterval',
  'gossiptimeout',
  'nodepreference',
  'tls',
  'tlscafile',
  'keepaliveinterval',
  'keepalivetimeout',
])

/**
 * The client prints a URL with an option it does not know, password and all: none such gets there.
 * @throws TypeError which does not tell the URL
 */
export function checkedUrl(url: string): string {
  const [, options = ''] = url.split('?')
  for (const option of options.split('&').filter((text) => text !== '')) {
    const name = option.split('=')[0]!.trim().toLowerCase().replace(/[_-]/g, '')
    if (!OPTIONS.has(name)) throw new TypeError('the URL of the event log has an option that is not known')
  }
  return url
}
