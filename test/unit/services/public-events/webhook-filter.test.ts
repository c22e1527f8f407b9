import { describe, expect, it } from 'vitest'
import type { PublicEventType } from '../../../../contracts/events/public/public-event-type.ts'
import type { WebhookSettings } from '../../../../contracts/events/webhook-events.ts'
import { WebhookEventType } from '../../../../contracts/resources/webhook.ts'
import { authClasses } from '../../../../services/access/auth-classes.ts'
import type { AuthClassesConfig } from '../../../../services/config/load-auth-classes.ts'
import type { EventContext } from '../../../../services/public-events/event-context.ts'
import { webhookFilter } from '../../../../services/public-events/webhook-filter.ts'

const ALL = WebhookEventType.options
const settings = { id: 'hook', url: 'https://hook.example.com/', events: [...ALL] }

/** A flow that one collects, of a source that one collects. */
const collected: EventContext = {
  flow_id: 'flow',
  source_id: 'source',
  flow_collected_by: ['programme', 'copy'],
  source_collected_by: ['show'],
}
const free: EventContext = { ...collected, flow_collected_by: [], source_collected_by: [] }

/** Which of all events pass, with this context for those of flows, and what of it there is for sources. */
function passing(filters: Partial<WebhookSettings>, context: EventContext) {
  const wants = webhookFilter({ ...settings, ...filters })
  const { source_id = '', source_collected_by = [] } = context
  return ALL.filter((type) =>
    wants({ type, context: type.startsWith('flows/') ? context : { source_id, source_collected_by } }),
  )
}

const OF_FLOWS = ALL.filter((type) => type.startsWith('flows/'))
const OF_SOURCES = ALL.filter((type) => type.startsWith('sources/'))

describe('the filters of a webhook', () => {
  it.each<
    [what: string, filters: Partial<WebhookSettings>, collected: readonly string[], free: readonly string[]]
  >([
    ['nothing but types', {}, ALL, ALL],
    ['some types', { events: ['flows/deleted'] }, ['flows/deleted'], ['flows/deleted']],
    ['no types', { events: [] }, [], []],
    ['its flow', { flow_ids: ['x', 'flow'] }, ALL, ALL],
    ['other flows', { flow_ids: ['x'] }, OF_SOURCES, OF_SOURCES],
    ['no flow at all', { flow_ids: [] }, OF_SOURCES, OF_SOURCES],
    ['its source', { source_ids: ['x', 'source'] }, ALL, ALL],
    ['other sources', { source_ids: ['x'] }, [], []],
    ['no source at all', { source_ids: [] }, [], []],
    ['a flow that collects it', { flow_collected_by_ids: ['x', 'copy'] }, ALL, OF_SOURCES],
    ['flows that do not', { flow_collected_by_ids: ['x'] }, OF_SOURCES, OF_SOURCES],
    ['that no flow collects it', { flow_collected_by_ids: [] }, OF_SOURCES, ALL],
    ['a source that collects its source', { source_collected_by_ids: ['show'] }, ALL, []],
    ['sources that do not', { source_collected_by_ids: ['x'] }, [], []],
    ['that no source collects its source', { source_collected_by_ids: [] }, [], ALL],
    ['two that pass', { flow_ids: ['flow'], flow_collected_by_ids: ['programme'] }, ALL, OF_SOURCES],
    ['two of which one does not', { flow_ids: ['flow'], source_ids: ['x'] }, [], []],
  ])('ask for %s', (_what, filters, ofCollected, ofFree) => {
    expect(passing(filters, collected)).toStrictEqual(ofCollected)
    expect(passing(filters, free)).toStrictEqual(ofFree)
  })
})

describe('filters of what is beyond TAMS', () => {
  const passing = (filters: Partial<WebhookSettings>, type: PublicEventType, context: EventContext) =>
    webhookFilter({ ...filters, events: [type] })({ type, context })

  it('let objects pass that are of no Flow, where nothing is said of Sources', () => {
    expect(passing({ flow_ids: ['x'] }, 'objects/created', {})).toBe(true)
    expect(passing({ source_ids: ['x'] }, 'objects/created', {})).toBe(false)
  })

  it('take a deletion request for one of its Flow', () => {
    const context = { flow_id: 'flow', source_id: 'source' }
    const type = 'flow_delete_requests/created'
    expect(passing({ flow_ids: ['flow'], source_ids: ['source'] }, type, context)).toBe(true)
    expect(passing({ flow_ids: ['x'] }, type, context)).toBe(false)
    expect(passing({ source_ids: ['x'] }, type, context)).toBe(false)
  })
})

it('knows flow events by what they are', () => expect([OF_FLOWS.length, OF_SOURCES.length]).toEqual([5, 3]))

describe('what a webhook’s reader may read', () => {
  const reader = { groups: ['news'], classes: ['news', 'archive'] }
  const passes = (auth_classes: readonly string[] | undefined, config?: AuthClassesConfig) =>
    webhookFilter(
      { events: ['flows/created'], reader },
      config && authClasses(config),
    )({
      type: 'flows/created',
      context: { flow_id: 'f', source_id: 's', ...(auth_classes && { auth_classes }) },
    })

  it('is what it could read when it was written, and its groups can now', () => {
    const config: AuthClassesConfig = { news: { news: ['read'], sport: ['read'], archive: ['write'] } }
    expect(passes(['other', 'news'], config)).toBe(true)
    expect(passes(['sport'], config)).toBe(false)
    expect(passes(['archive'], config)).toBe(false)
    expect(passes([], config)).toBe(false)
    expect(passes(undefined, config)).toBe(false)
    expect(passes(['news'], {})).toBe(false)
  })

  it('is no more where nobody says what groups can', () => {
    expect(passes(['archive'])).toBe(true)
    expect(passes(['sport'])).toBe(false)
    expect(passes(undefined)).toBe(false)
  })
})
