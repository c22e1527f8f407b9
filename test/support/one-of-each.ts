import { parseTimeRange } from '../../contracts/time/timerange.ts'
import { KEPT_FOR_SECONDS } from './command-harness.ts'
import { audioFlow, videoFlow, videoProfile } from './flow-metadata.ts'
import type { RandomCommand } from './random-commands.ts'

const settings = { id: 'hook', url: 'https://a/', events: [] }
const error = { type: 'gone', summary: 'nobody answers', time: '2026-11-21T00:00:00Z' }

/** Commands after which a log holds every type of event there is: chance alone leaves out a rare one at times. */
export const oneOfEach: readonly RandomCommand[] = [
  ({ updateService }) => updateService({ name: 'x' }),
  ({ createProfile }) => createProfile(videoProfile('house')),
  ({ webhook }) => webhook('hook', { type: 'RegisterWebhook', webhook: settings, status: 'created' }),
  ({ webhook }) => webhook('hook', { type: 'StartWebhook' }),
  ({ webhook }) => webhook('hook', { type: 'ReplayWebhook', after: 1 }),
  ({ webhook }) => webhook('hook', { type: 'FailWebhook', error }),
  ({ webhook }) => webhook('hook', { type: 'UpdateWebhook', webhook: settings, status: 'created' }),
  ({ webhook }) => webhook('hook', { type: 'DeleteWebhook' }),
  ({ putFlow }) => putFlow(videoFlow('video', 'camera')),
  ({ putFlow }) => putFlow(audioFlow('sound', 'microphone')),
  ({ changeFlow }) => changeFlow('video', { property: 'label', value: 'x' }),
  ({ changeSource }) => changeSource('camera', { property: 'label', value: 'x' }),
  ({ registerObject }) =>
    registerObject({ id: 'far', role: 'init', get_urls: [{ label: 'web', url: 'https://a/' }] }),
  ({ allocate }) => allocate('video', 'a', 'b'),
  ({ register }) =>
    register(
      'video',
      { object_id: 'a', timerange: '[0:0_1:0)' },
      { object_id: 'b', timerange: '[1:0_2:0)' },
      { object_id: 'b', timerange: '[2:0_3:0)', ts_offset: '1:0' },
    ),
  ({ registerByKey }) => registerByKey('k', 'video', { object_id: 'a', timerange: '[9:0_10:0)' }),
  ({ tag }) => tag('video', 'a', 'scene', 'goal'),
  ({ tag }) => tag('video', 'a', 'scene'),
  ({ addUrl }) => addUrl('a', 'web', 'https://a/'),
  ({ removeInstance }) => removeInstance('a', { label: 'web' }),
  ({ upload }) => upload('b'),
  ({ measure }) => measure('b'),
  ({ requestCopy }) => requestCopy('a'),
  ({ failCopy }) => failCopy('a'),
  ({ requestCopy }) => requestCopy('a'),
  ({ storeCopy }) => storeCopy('a'),
  async ({ requestDeletion, advance, finish }) => {
    const part = { flow_id: 'video', delete_flow: false, range: parseTimeRange('[0:0_2:0)') } as const
    const outcome = await requestDeletion(part)
    if ('refused' in outcome) throw new Error('the flow is there')
    await advance(outcome.deletion_id, 1)
    await finish(outcome.deletion_id, 1)
  },
  async ({ requestDeletion, fail }) => {
    const outcome = await requestDeletion({ flow_id: 'sound', delete_flow: true })
    if ('deletion_id' in outcome) await fail(outcome.deletion_id)
  },
  async ({ putFlow, setGrace, deleteFlow, restore, requestDeletion, finish }) => {
    await putFlow(audioFlow('talk', 'desk'))
    setGrace(60)
    await deleteFlow('talk')
    await restore('talk')
    await deleteFlow('talk')
    const released = await requestDeletion({ flow_id: 'talk', delete_flow: true, held: false })
    if ('deletion_id' in released) await finish(released.deletion_id)
    setGrace(0)
  },
  ({ catchUp }) => catchUp(),
  ({ forget }) => forget(Date.now() + 2 * KEPT_FOR_SECONDS * 1000),
  ({ deleteFlow }) => deleteFlow('video'),
  ({ retire }) => retire('a'),
  ({ purge }) => purge(),
]
