import { afterEach, describe, expect, it } from 'vitest'
import { parseTimeRange } from '../../../../../contracts/time/timerange.ts'
import { followSegments } from '../../../../../services/cli/listing/follow-segments.ts'
import { answerJson, startScriptedServer } from '../../../../support/scripted-server.ts'
import { createTestClient } from '../../../../support/tams-client.ts'

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const { close } of opened.splice(0).reverse()) await close()
})

const segment = (timerange: string) => ({ timerange, object_id: timerange })

/** Follows a Flow that answers each request with the next of the pages; stops after the last. */
async function follow(timerange: string, pages: readonly (readonly string[])[]) {
  const stopping = new AbortController()
  const server = await startScriptedServer((_, response, count) => {
    if (count >= pages.length - 1) stopping.abort()
    answerJson(response, (pages[count] ?? []).map(segment))
  })
  const { service, close } = createTestClient(server.url)
  opened.push(server, { close })
  const query = { service, flowId: 'f', timerange: parseTimeRange(timerange), withUrls: false }
  const seen: string[] = []
  for await (const page of followSegments(query, 1, stopping.signal))
    seen.push(...page.map((item) => item.timerange))
  const asked = server.requests.map(({ path }) => new URL(path, server.url).searchParams.get('timerange'))
  return { seen, asked }
}

describe('following the segments of a Flow', () => {
  it('asks for what is behind the last one, and shows each once', async () => {
    const { seen, asked } = await follow('_', [[], ['[0:0_2:0)', '[2:0_4:0)'], [], ['[4:0_6:0]'], []])
    expect(seen).toEqual(['[0:0_2:0)', '[2:0_4:0)', '[4:0_6:0]'])
    expect(asked).toEqual(['_', '_', '[4:0_', '[4:0_', '(6:0_'])
  })

  it('ends where its timerange does', async () => {
    const { seen, asked } = await follow('[0:0_4:0)', [['[0:0_2:0)'], ['[2:0_5:0)'], ['[9:0_10:0)']])
    expect([seen, asked]).toEqual([
      ['[0:0_2:0)', '[2:0_5:0)'],
      ['[0:0_4:0)', '[2:0_4:0)'],
    ])
  })
})
