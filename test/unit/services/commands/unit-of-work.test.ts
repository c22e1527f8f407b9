import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { ServiceEvent } from '../../../../contracts/events/service-events.ts'
import { commandContext } from '../../../../services/commands/event-context.ts'
import { CommandContended, commandRunner } from '../../../../services/commands/run-command.ts'
import { openStreamCache, type StreamCache } from '../../../../services/commands/stream-cache.ts'
import { flowStream, serviceStream } from '../../../../services/commands/stream-kind.ts'
import type { UnitOfWork } from '../../../../services/commands/unit-of-work.ts'
import { type EventLog, LogUnavailable } from '../../../../services/ports/event-log.ts'
import { wholeLog } from '../../../support/command-harness.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'
import { withHarness, withTwoHarnesses } from '../../../support/with-harness.ts'

const context = () => commandContext('request', 'ada')

const named = (name: string): ServiceEvent => ({ type: 'ServiceUpdated', data: { name } })

/** Adds a letter to the service's name, whatever that is. */
const adding = (letter: string) => async (unit: UnitOfWork) => {
  const service = await unit.load(serviceStream, '')
  service.append([named(service.state.name + letter)])
  return service.state.name
}

/** The same log, but that its first append fails as a full disk would make it. */
function failingOnce(log: EventLog): EventLog {
  let isFull = true
  return {
    ...log,
    append: (...append) => {
      if (!isFull) return log.append(...append)
      isFull = false
      return Promise.reject(new LogUnavailable('the disk is full'))
    },
  }
}

/** The same log, with the number of events in each append. */
function counting(log: EventLog): EventLog & { readonly appends: number[] } {
  const appends: number[] = []
  return {
    ...log,
    appends,
    append: (by, writes) => {
      appends.push(writes.reduce((sum, { events }) => sum + events.length, 0))
      return log.append(by, writes)
    },
  }
}

/** Something that is waited for, and when it comes is not waited for any more. */
function signal(): { readonly given: Promise<void>; give(): void } {
  let give: () => void = () => undefined
  const given = new Promise<void>((resolve) => {
    give = resolve
  })
  return { given, give: () => give() }
}

/** A cache that knows of a stream what it was at a revision. */
function cacheAt(log: EventLog, stream: string, revision: number): StreamCache {
  let isFirst = true
  return openStreamCache({
    ...log,
    readStream: async (name, from, limit) => {
      const events = await log.readStream(name, from, limit)
      if (name !== stream || !isFirst) return events
      isFirst = false
      return events.filter((event) => event.revision <= revision)
    },
  })
}

describe('a command', () => {
  it('sees what it has decided so far', async () => {
    await withHarness(async ({ services }) => {
      const { outcome } = await services.run(context(), async (unit) => {
        await adding('a')(unit)
        return adding('b')(unit)
      })
      expect(outcome).toBe('ab')
    })
  })

  it('writes all it has decided as one, stream by stream as it came to them', async () => {
    await withHarness(async ({ services, log }) => {
      const { position, timeMs } = await services.run(context(), async (unit) => {
        const [service, flow] = [await unit.load(serviceStream, ''), await unit.load(flowStream, 'hd')]
        flow.append([{ type: 'FlowCreated', data: { flow: videoFlow('hd', 'camera') } }])
        service.append([named('a')])
        flow.append([{ type: 'FlowDeleted', data: { flow_id: 'hd', source_id: 'camera' } }])
      })
      const events = await wholeLog(log)
      expect(events.map(({ type }) => type)).toStrictEqual(['FlowCreated', 'FlowDeleted', 'ServiceUpdated'])
      expect(position).toBe(3)
      for (const event of events) {
        expect(event).toMatchObject({ actor: 'ada', correlationId: 'request', causationId: null, timeMs })
      }
    }).catch((error: Error) => {
      // The flow has no source: that is not what this is about.
      expect(error.message).toContain('the log is not sound')
    })
  })

  it('follows another at once, without waiting for it to be on disk', async () => {
    await withHarness(async ({ services }) => {
      const letters = [...'abcdefghij']
      await Promise.all(letters.map((letter) => services.run(context(), adding(letter))))
      const { outcome } = await services.run(context(), adding(''))
      expect([...outcome].sort()).toStrictEqual(letters)
    })
  })

  it('is decided again where another process came first', async () => {
    await withTwoHarnesses(async (one, two) => {
      await one.services.run(context(), adding('a'))
      await two.services.run(context(), adding('b'))
      expect((await one.services.run(context(), adding('c'))).outcome).toBe('abc')
    })
  })

  it('is decided again where what it was built on never came to be, and another process took its place', async () => {
    await withTwoHarnesses(async (one, two) => {
      await one.services.run(context(), adding('a'))
      await two.services.run(context(), adding('b'))
      const [sent, refusedOnce, isLoaded, again] = [signal(), signal(), signal(), signal()]
      const slow: EventLog = {
        ...one.log,
        append: async (...append) => {
          sent.give()
          await isLoaded.given
          return one.log.append(...append)
        },
      }
      const run = commandRunner(slow, cacheAt(slow, serviceStream.streamOf(''), 0))
      let attempts = 0
      const refused = run(context(), async (unit) => {
        if (attempts++ > 0) {
          refusedOnce.give()
          await again.given
        }
        return adding('x')(unit)
      })
      await sent.given
      let isBuiltOn: string | undefined
      const built = run(context(), async (unit) => {
        const service = await unit.load(serviceStream, '')
        isBuiltOn ??= service.state.name
        isLoaded.give()
        await refusedOnce.given
        service.append([named(`${service.state.name}y`)])
        return service.state.name
      })

      expect((await built).outcome).toBe('aby')
      again.give()
      await refused
      expect(isBuiltOn).toBe('ax')
      expect((await one.services.run(context(), adding(''))).outcome).toBe('abyx')
    })
  })

  it('is decided again where what it was refused for is no longer so', async () => {
    await withTwoHarnesses(async (one, two) => {
      const nameIs = (name: string) => async (unit: UnitOfWork) =>
        (await unit.load(serviceStream, '')).state.name === name
      await one.services.run(context(), adding('a'))
      await two.updateService({ name: 'b' })
      expect((await one.services.run(context(), nameIs('b'))).outcome).toBe(true)
    })
  })

  it('gives up where others come first every time', async () => {
    await withTwoHarnesses(async (one, two) => {
      let attempts = 0
      const outrun = async (unit: UnitOfWork) => {
        await adding('a')(unit)
        await two.updateService({ name: `attempt ${++attempts}` })
      }
      await expect(one.services.run(context(), outrun)).rejects.toThrow(CommandContended)
      expect(attempts).toBe(20)
    })
  })
})

describe('a command that cannot be written', () => {
  it('fails, and leaves nothing behind in the log or in memory', async () => {
    await withHarness(async ({ log }) => {
      const run = commandRunner(failingOnce(log), openStreamCache(log))
      await expect(run(context(), adding('a'))).rejects.toThrow(LogUnavailable)
      expect((await run(context(), adding('b'))).outcome).toBe('b')
      expect(await log.head()).toBe(1)
    })
  })

  it('takes no other with it that was built on it', async () => {
    await withHarness(async ({ log }) => {
      const run = commandRunner(failingOnce(log), openStreamCache(log))
      const first = run(context(), adding('a'))
      const outcomes = await Promise.allSettled([
        first,
        run(context(), adding('b')),
        run(context(), adding('c')),
      ])
      expect(outcomes.map(({ status }) => status)).toStrictEqual(['rejected', 'fulfilled', 'fulfilled'])
      const names = (await wholeLog(log)).map(({ data }) => ('name' in data ? data.name : ''))
      expect(names.at(-1)).toHaveLength(2)
      expect(names.join()).not.toContain('a')
    })
  })
})

describe('confirming what was read', () => {
  it('tells a position that has it all', async () => {
    await withHarness(async ({ services }) => {
      await services.run(context(), adding('a'))
      await services.run(context(), async (unit) => {
        await unit.load(serviceStream, '')
        expect(await unit.confirm()).toBeGreaterThanOrEqual(1)
      })
    })
  })

  it('has the command decided again where it was out of date', async () => {
    await withTwoHarnesses(async (one, two) => {
      await one.services.run(context(), adding('a'))
      await two.services.run(context(), adding('b'))
      const seen: string[] = []
      await one.services.run(context(), async (unit) => {
        seen.push((await unit.load(serviceStream, '')).state.name)
        await unit.confirm()
      })
      expect(seen).toStrictEqual(['a', 'ab'])
    })
  })

  it('is enough where there is nothing to write', async () => {
    await withHarness(async ({ log }) => {
      const counted = counting(log)
      const run = commandRunner(counted, openStreamCache(log))
      const confirming = async (unit: UnitOfWork) => {
        await unit.load(serviceStream, '')
        return unit.confirm()
      }
      const { outcome, position } = await run(context(), confirming)
      expect(position).toBe(outcome)
      expect(counted.appends).toStrictEqual([0])
    })
  })

  it('writes nothing of what was decided before, and does not stand for what was read after', async () => {
    await withHarness(async ({ log }) => {
      const counted = counting(log)
      const run = commandRunner(counted, openStreamCache(log))
      await run(context(), async (unit) => {
        await adding('a')(unit)
        await unit.confirm()
      })
      await run(context(), async (unit) => {
        await unit.load(serviceStream, '')
        await unit.confirm()
        await unit.load(flowStream, randomUUID())
      })
      expect(counted.appends).toStrictEqual([0, 1, 0, 0])
    })
  })
})
