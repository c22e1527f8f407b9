import { expect, it } from 'vitest'
import { documentedFields, fieldsInCode, fieldsOfLog } from '../support/log-fields.ts'
import { startService, withFolder } from '../support/running-service.ts'
import { putFlow, send } from '../support/tams-requests.ts'
import { until } from '../support/webhook-receiver.ts'

/** Nobody listens there. */
const NOWHERE = '127.0.0.1:1'

it('every field of a log is documented', () =>
  withFolder(async (folder) => {
    const service = await startService(folder, {
      LOG_LEVEL: 'trace',
      KAFKA_BROKERS: NOWHERE,
      OTLP_ENDPOINT: `http://${NOWHERE}`,
      RETENTION: 'dry-run',
      RETENTION_EVERY_SECONDS: '1',
      DELETE_WAIT_MS: '0',
    })
    const { url } = service
    const flow = await putFlow(url)
    await putFlow(url, { tags: { flow_retention_offset: 'soon' } })
    await send(`${url}/flows/none`, 'GET')
    await send(`${url}/flows/${flow}`, 'DELETE')
    const said = (text: string) => until(() => service.log().includes(text), text)
    await said('retention leaves a flow alone')
    await said('Kafka does not take what it is sent')
    await said('spans cannot be sent')
    await service.stop()

    const documented = documentedFields()
    const fields = fieldsOfLog(service.log())
    expect([...fields].filter((field) => !documented.has(field))).toEqual([])
    for (const field of ['level', 'time', 'msg', 'request_id', 'trace_id', 'status', 'kafka', 'component']) {
      expect(fields).toContain(field)
    }
  }))

it('so is every field that may come up once in a hundred runs', () => {
  const fields = fieldsInCode()
  const documented = documentedFields()
  expect(fields.size).toBeGreaterThan(20)
  expect([...fields].filter((field) => !documented.has(field))).toEqual([])
})
