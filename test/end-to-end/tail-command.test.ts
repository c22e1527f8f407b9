import { describe, expect, it } from 'vitest'
import { startCuttingProxy } from '../support/cutting-proxy.ts'
import { runCli, startCli } from '../support/run-cli.ts'
import { serviceOfSuite } from '../support/running-service.ts'
import { fillFlow, putFlow } from '../support/tams-requests.ts'
import { until } from '../support/webhook-receiver.ts'

describe('framelog tail', () => {
  const service = serviceOfSuite()

  const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '')

  it('prints what happens, whatever becomes of its connection, until it is stopped', async () => {
    const { url } = service
    const flow = await putFlow(url)
    const other = await putFlow(url)
    // Enough for one event, and the beginning of the next.
    const proxy = await startCuttingProxy(url, () => 1_800)
    const types = ['flows/created', 'flows/segments_added']
    const cli = startCli([
      'tail',
      '--url',
      proxy.url,
      '--from',
      '1',
      '--flow',
      flow,
      '--type',
      ...types,
      '--json',
    ])
    await until(() => linesOf(cli.stdout()).length === 1, 'the past')
    await fillFlow(url, other, 1)
    await fillFlow(url, flow, 1)
    await until(() => linesOf(cli.stdout()).length === 2, 'the present')
    cli.process.kill('SIGINT')
    const { code, stdout } = await cli.ended
    await proxy.close()

    expect(code).toBe(0)
    const events = linesOf(stdout).map((line) => JSON.parse(line))
    expect(events.map(({ type, attributes }) => [type, attributes.subject])).toEqual(
      types.map((type) => [type, flow]),
    )

    const after = startCli([
      'tail',
      '--url',
      url,
      '--after',
      events[0].cursor,
      '--flow',
      flow,
      '--type',
      ...types,
    ])
    await until(() => linesOf(after.stdout()).length === 1, 'what came after the first')
    after.process.kill('SIGINT')
    expect((await after.ended).stdout).toContain(`flows/segments_added  ${flow}`)
  })

  it('prints of objects, and URLs of segments, where it is asked to', async () => {
    const { url } = service
    const flow = await putFlow(url)
    const [object] = await fillFlow(url, flow, 1)
    const types = ['objects/created', 'flows/segments_added']
    const at = ['tail', '--url', url, '--from', '1', '--flow', flow, '--type', ...types, '--json']
    const cli = startCli([...at, '--no-presigned'])
    const events = () =>
      linesOf(cli.stdout())
        .map((line) => JSON.parse(line))
        .filter(({ attributes: { subject } }) => [flow, object].includes(subject))
    await until(() => events().length === 2, 'the past')
    cli.process.kill('SIGINT')
    await cli.ended
    expect(events().map(({ type }) => type)).toEqual(types)
    const [{ get_urls }] = events()[1].data.event.segments
    expect(get_urls).toEqual([expect.objectContaining({ presigned: false })])
  })

  it.each([
    [['--type', 'flows/renamed'], 2, '--type is one of flows/created'],
    [['--flow', 'x'], 1, 'the service answered 400: flow_ids[0]'],
    [['--storage', 'x'], 1, 'the service answered 400: accept_storage_ids[0]'],
    [['--from', 'x'], 1, 'the service answered 400: from: '],
    [['--after', 'x'], 1, 'the service answered 400: Last-Event-ID: '],
  ])('ends with what is wrong with %j', async (args, code, told) => {
    const result = await runCli(['tail', '--url', service.url, ...args])
    expect(result.code).toBe(code)
    expect(result.stderr).toContain(told)
  })
})
