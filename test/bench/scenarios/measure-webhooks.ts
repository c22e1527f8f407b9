import { type Bench, startOn } from '../bench.ts'
import { type WebhookSink, webhookSink } from '../load/webhook-sink.ts'
import { rowOf } from '../report/row.ts'
import { ascending, percentile } from '../statistics.ts'
import { ask } from './ask.ts'
import { addMemory } from './memory-rows.ts'
import { dataFlow } from './put-data-flow.ts'

/**
 * From the commit of a registered segment to its notification at the receiver, with so many webhooks that all
 * want it. One event at a time: the next is written when all of them have the one before.
 */
export async function measureWebhooks(bench: Bench): Promise<void> {
  for (const webhooks of bench.scale.webhooks) await measureWith(bench, webhooks)
}

async function measureWith(bench: Bench, webhooks: number): Promise<void> {
  const service = await startOn(bench, `webhooks-${webhooks}`)
  const sink = await webhookSink()
  try {
    const flowId = crypto.randomUUID()
    await ask(service.origin, 'PUT', `/flows/${flowId}`, dataFlow(flowId))
    for (let n = 0; n < webhooks; n++) {
      const body = { url: `${sink.url}/${n}`, events: ['flows/segments_added'] }
      await ask(service.origin, 'POST', '/service/webhooks', body)
    }
    // The first ones make connections, and have the code compiled.
    await tell(service.origin, flowId, sink, { from: 0, events: WARM_UP, webhooks })
    sink.latenciesMs.length = 0
    const started = performance.now()
    const { eventsToWebhooks: events } = bench.scale
    await tell(service.origin, flowId, sink, { from: WARM_UP, events, webhooks })
    const seconds = (performance.now() - started) / 1000
    const sorted = ascending(sink.latenciesMs)
    const what = `${webhooks.toLocaleString('en')} webhooks`
    const label = { scenario: 'webhooks', unit: 'ms' }
    bench.add(rowOf({ ...label, what: `commit to delivery, ${what}: p50` }, [percentile(sorted, 0.5)]))
    bench.add(rowOf({ ...label, what: `commit to delivery, ${what}: p99` }, [percentile(sorted, 0.99)]))
    bench.add(rowOf({ ...label, what: `deliveries, ${what}`, unit: '/s' }, [sorted.length / seconds]))
    await addMemory(bench, service, `telling ${what}`)
  } finally {
    await service.stop()
    await sink.close()
  }
}

const WARM_UP = 3

async function tell(
  origin: string,
  flowId: string,
  sink: WebhookSink,
  { from, events, webhooks }: { readonly from: number; readonly events: number; readonly webhooks: number },
): Promise<void> {
  for (let event = 0; event < events; event++) {
    const second = from + event
    const get_urls = [{ label: 'web', url: 'https://media.example.com/segment' }]
    const segment = { object_id: `${flowId}/${second}`, timerange: `[${second}:0_${second + 1}:0)`, get_urls }
    await ask(origin, 'POST', `/flows/${flowId}/segments`, segment)
    await sink.reached((event + 1) * webhooks)
  }
}
