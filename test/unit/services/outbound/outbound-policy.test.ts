import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../../services/config/config.ts'
import {
  isAllowedAddress,
  type OutboundPolicy,
  parseNetwork,
} from '../../../../services/outbound/outbound-policy.ts'
import { refuseUrl } from '../../../../services/outbound/refuse-url.ts'

const strict: OutboundPolicy = { allowedNetworks: [], allowsLoopback: false }
const allowing = (...networks: string[]): OutboundPolicy => ({
  allowedNetworks: networks.map((network) => parseNetwork(network)!),
  allowsLoopback: false,
})

/** Each leads to where only this machine, its network or nobody is; or is no plain HTTP at all. */
const HOSTILE: readonly (readonly [url: string, reason: string])[] = [
  ['http://127.0.0.1/', 'address_not_allowed'],
  ['http://127.1/', 'address_not_allowed'],
  ['http://127.255.255.254:8000/x', 'address_not_allowed'],
  ['http://2130706433/', 'address_not_allowed'],
  ['http://0x7f000001/', 'address_not_allowed'],
  ['http://0x7f.0.0.1/', 'address_not_allowed'],
  ['http://0177.0.0.1/', 'address_not_allowed'],
  ['http://017700000001/', 'address_not_allowed'],
  ['http://127.0.0.1./', 'address_not_allowed'],
  ['http://１２７.0.0.1/', 'address_not_allowed'],
  ['http://127%2e0%2e0%2e1/', 'address_not_allowed'],
  ['http://①②⑦.⓪.⓪.①/', 'address_not_allowed'],
  ['http:127.0.0.1', 'address_not_allowed'],
  ['http:\\\\127.0.0.1\\x', 'address_not_allowed'],
  [' \thttp://127.0.0.1/', 'address_not_allowed'],
  ['http://0/', 'address_not_allowed'],
  ['http://0.0.0.0:9200/', 'address_not_allowed'],
  ['http://0.1.2.3/', 'address_not_allowed'],
  ['http://10.0.0.1/', 'address_not_allowed'],
  ['http://172.16.0.1/', 'address_not_allowed'],
  ['http://172.31.255.255/', 'address_not_allowed'],
  ['https://192.168.1.1/', 'address_not_allowed'],
  ['http://100.64.0.1/', 'address_not_allowed'],
  ['http://100.100.100.200/latest/meta-data', 'address_not_allowed'],
  ['http://169.254.169.254/latest/meta-data', 'address_not_allowed'],
  ['http://0xa9fea9fe/latest/meta-data', 'address_not_allowed'],
  ['http://168.63.129.16/machine', 'address_not_allowed'],
  ['http://192.0.0.192/opc/v1', 'address_not_allowed'],
  ['http://192.0.2.1/', 'address_not_allowed'],
  ['http://198.51.100.1/', 'address_not_allowed'],
  ['http://203.0.113.1/', 'address_not_allowed'],
  ['http://198.18.0.1/', 'address_not_allowed'],
  ['http://192.88.99.1/', 'address_not_allowed'],
  ['http://224.0.0.1/', 'address_not_allowed'],
  ['http://239.255.255.250/', 'address_not_allowed'],
  ['http://240.0.0.1/', 'address_not_allowed'],
  ['http://255.255.255.255/', 'address_not_allowed'],
  ['http://[::1]/', 'address_not_allowed'],
  ['http://[0:0:0:0:0:0:0:1]/', 'address_not_allowed'],
  ['http://[::]/', 'address_not_allowed'],
  ['http://[::127.0.0.1]/', 'address_not_allowed'],
  ['http://[::ffff:127.0.0.1]/', 'address_not_allowed'],
  ['http://[::ffff:7f00:1]/', 'address_not_allowed'],
  ['http://[::ffff:169.254.169.254]/', 'address_not_allowed'],
  ['http://[::ffff:0:127.0.0.1]/', 'address_not_allowed'],
  ['http://[64:ff9b::7f00:1]/', 'address_not_allowed'],
  ['http://[64:ff9b::8.8.8.8]/', 'address_not_allowed'],
  ['http://[64:ff9b:1::a9fe:a9fe]/', 'address_not_allowed'],
  ['http://[2002:7f00:1::]/', 'address_not_allowed'],
  ['http://[2001:0:7f00:1::]/', 'address_not_allowed'],
  ['http://[2001:db8::1]/', 'address_not_allowed'],
  ['http://[3fff::1]/', 'address_not_allowed'],
  ['http://[fe80::1]/', 'address_not_allowed'],
  ['http://[fec0::1]/', 'address_not_allowed'],
  ['http://[fc00::1]/', 'address_not_allowed'],
  ['http://[fd00:ec2::254]/latest/meta-data', 'address_not_allowed'],
  ['http://[ff02::1]/', 'address_not_allowed'],
  ['http://[100::1]/', 'address_not_allowed'],
  ['http://[4000::1]/', 'address_not_allowed'],
  ['http://user@93.184.215.14/', 'has_credentials'],
  ['http://user:secret@example.org/', 'has_credentials'],
  ['http://:secret@example.org/', 'has_credentials'],
  ['http://example.org@127.0.0.1/', 'has_credentials'],
  ['file:///etc/passwd', 'not_http'],
  ['ftp://example.org/', 'not_http'],
  ['gopher://127.0.0.1:11211/_stats', 'not_http'],
  ['data:text/plain,x', 'not_http'],
  ['javascript:alert(1)', 'not_http'],
  ['blob:http://127.0.0.1/x', 'not_http'],
  ['ws://127.0.0.1/', 'not_http'],
  ['http://[fe80::1%25eth0]/', 'not_a_url'],
  ['http://256.256.256.256/', 'not_a_url'],
  ['http://', 'not_a_url'],
  ['//127.0.0.1/', 'not_a_url'],
  ['', 'not_a_url'],
]

describe('a URL', () => {
  it.each(HOSTILE)('such as %j is refused: %s', (url, reason) => {
    expect(refuseUrl(url, strict)).toBe(reason)
  })

  it.each([
    'http://example.org/',
    'https://example.org:8443/a?b=c#d',
    'http://93.184.215.14/',
    'https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/',
    'http://[::ffff:93.184.215.14]/',
    'http://localhost.example.org/',
    // Where names lead is looked at when they are connected to.
    'http://localhost/',
  ])('such as %j is not', (url) => {
    expect(refuseUrl(url, strict)).toBeUndefined()
  })
})

describe('an address', () => {
  it.each(['', 'localhost', '0x7f.1', '127.1', '8.8.8.8 ', '8.8.8.8/32', '[2606:2800::1]'])(
    'is nothing like %j',
    (text) => {
      expect(isAllowedAddress(text, strict)).toBe(false)
    },
  )

  it('of a network that the operator listed is allowed, however it is written', () => {
    const policy = allowing('10.1.0.0/16', 'fd12::/48', '127.0.0.1/32')
    for (const address of ['10.1.255.255', '::ffff:10.1.2.3', 'fd12::1', '127.0.0.1', '8.8.8.8']) {
      expect([address, isAllowedAddress(address, policy)]).toEqual([address, true])
    }
    for (const address of [
      '10.2.0.1',
      '::ffff:10.2.0.1',
      'fd13::1',
      '127.0.0.2',
      '::1',
      '64:ff9b::a01:203',
    ]) {
      expect([address, isAllowedAddress(address, policy)]).toEqual([address, false])
    }
  })

  it('of this machine is allowed where only this machine can ask', () => {
    const policy = { ...strict, allowsLoopback: true }
    for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) {
      expect([address, isAllowedAddress(address, policy)]).toEqual([address, true])
    }
    for (const address of ['0.0.0.0', '::', '10.0.0.1', '169.254.169.254', '::127.0.0.1']) {
      expect([address, isAllowedAddress(address, policy)]).toEqual([address, false])
    }
  })
})

describe('OUTBOUND_ALLOWED_NETWORKS', () => {
  const networksOf = (text?: string) =>
    loadConfig(text === undefined ? {} : { OUTBOUND_ALLOWED_NETWORKS: text }).OUTBOUND_ALLOWED_NETWORKS.map(
      ({ address, bits }) => `${address}/${bits}`,
    )

  it('is a list of networks, empty at first', () => {
    expect(networksOf()).toEqual([])
    expect(networksOf(' 10.0.0.0/8, fd00::/8,192.168.1.7/32 ,')).toEqual([
      '10.0.0.0/8',
      'fd00::/8',
      '192.168.1.7/32',
    ])
  })

  it.each([
    '10.0.0.0',
    '10.0.0.0/33',
    'fd00::/129',
    '10/8',
    '0x0a.0.0.0/8',
    'any',
    'fe80::1%1/64',
    '10.0.0.0/',
    '::ffff:10.0.0.0/104',
  ])('has no %j', (text) => {
    expect(() => networksOf(`10.0.0.0/8,${text}`)).toThrow('OUTBOUND_ALLOWED_NETWORKS: must be networks')
  })
})
