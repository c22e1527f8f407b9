import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { serviceOfSuite } from '../support/running-service.ts'
import { send, videoFlow } from '../support/tams-requests.ts'

/** The official examples, where they lie beside the project. */
const EXAMPLES = join(import.meta.dirname, '../../../shared/reference/tams-8.2/examples')
const present = existsSync(EXAMPLES)
if (!present) console.warn('SKIPPED: the official TAMS examples are not here')

/** What the service sets by itself, whatever a client sends. */
const MANAGED = [
  'created',
  'metadata_updated',
  'segments_updated',
  'timerange',
  'collected_by',
  'created_by',
  'updated_by',
]

type Flow = { id: string; flow_collection?: { id: string }[] } & Record<string, unknown>

const read = (file: string): Flow => JSON.parse(readFileSync(join(EXAMPLES, file), 'utf8'))

const examples = present
  ? readdirSync(EXAMPLES).filter(
      (file) => /^flow-(put|get-200)[\w-]*\.json$/.test(file) && !/201|profile/.test(file),
    )
  : []

describe.skipIf(!present)('the flows of the specification', () => {
  const service = serviceOfSuite()

  it('has examples to try', () => expect(examples.length).toBeGreaterThan(10))

  it.each(examples)('%s is accepted, and read back as it was sent', async (file) => {
    const flow = read(file)
    for (const { id } of flow.flow_collection ?? []) {
      const member = videoFlow({ id })
      const { status } = await send(`${service.url}/flows/${id}`, 'GET')
      if (status === 404) await send(`${service.url}/flows/${id}`, 'PUT', member)
    }
    // Several examples are of one flow, in several formats, which no flow can be one after the other.
    await send(`${service.url}/flows/${flow.id}`, 'DELETE')

    const put = await send(`${service.url}/flows/${flow.id}`, 'PUT', { ...flow, read_only: false })
    expect(put, JSON.stringify(put.body)).toMatchObject({ status: 201 })

    const { status, body } = await send(`${service.url}/flows/${flow.id}?include_timerange=true`, 'GET')
    expect(status).toBe(200)
    const sent = Object.fromEntries(Object.entries(flow).filter(([name]) => !MANAGED.includes(name)))
    expect(body).toMatchObject({ ...sent, read_only: false, timerange: '()' })
  })
})
