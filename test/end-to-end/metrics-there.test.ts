import { afterAll, describe, expect, it } from 'vitest'
import { knownSeries } from '../support/deploy/known-metrics.ts'
import { forkEventStore } from '../support/eventstore/fork-event-store.ts'
import { serviceOfSuite } from '../support/running-service.ts'

/** Nothing listens there: what is told of Kafka is there all the same. */
const NO_BROKER = '127.0.0.1:1'

describe('the metrics of a service that does everything', async () => {
  const eventStore = await forkEventStore()
  afterAll(() => eventStore.stop())
  const service = serviceOfSuite({
    EVENTSTORE_URL: eventStore.url,
    SECRET_KEY: 'of all that work on this event store',
    RETENTION: 'on',
    KAFKA_BROKERS: NO_BROKER,
    KAFKA_COMMANDS_ENABLED: 'true',
    LOG_LEVEL: 'silent',
    OTLP_ENDPOINT: `http://${NO_BROKER}`,
  })

  it('are those that alerts and dashboards are held to', async () => {
    const known = [...knownSeries().keys()]
    // The threads of webhooks and of the relay have theirs once they run.
    await expect
      .poll(async () => {
        const shown = familiesIn(await (await fetch(`${service.url}/metrics`)).text())
        return known.filter((name) => !shown.has(name))
      })
      .toEqual([])
  })
})

/** The names that an exposition declares, with those of a histogram's series. */
function familiesIn(text: string): Set<string> {
  const declared = [...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)]
  return new Set(
    declared.flatMap(([, name = '', type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  )
}
