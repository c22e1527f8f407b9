import { describe, expect, it } from 'vitest'
import { serviceOfSuite } from '../support/running-service.ts'
import { send, videoFlow } from '../support/tams-requests.ts'

describe('the version of a flow’s metadata', () => {
  const service = serviceOfSuite()

  const read = async (id: string) =>
    (await send(`${service.url}/flows/${id}`, 'GET')).body as Record<string, unknown>

  it('is another when a flow that was read is changed and put back, and the same when it is not changed', async () => {
    const flow = videoFlow({ label: 'before' })
    const url = `${service.url}/flows/${flow.id}`
    await send(url, 'PUT', flow)
    const first = await read(flow.id)

    await send(url, 'PUT', first)
    const same = await read(flow.id)
    await send(url, 'PUT', { ...first, label: 'after' })
    const changed = await read(flow.id)

    expect(same).toEqual(first)
    expect(changed).toMatchObject({ label: 'after', created: first['created'] })
    expect(changed['metadata_version']).not.toBe(first['metadata_version'])
  })

  it('is what a client says it is', async () => {
    const flow = videoFlow({ metadata_version: 'v1' })
    const url = `${service.url}/flows/${flow.id}`
    await send(url, 'PUT', flow)
    expect(await read(flow.id)).toMatchObject({ metadata_version: 'v1' })

    await send(url, 'PUT', { ...flow, metadata_version: 'v2' })
    expect(await read(flow.id)).toMatchObject({ metadata_version: 'v2' })
  })
})
