import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openSqliteEventLog } from '../../../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { type RunningCli, runCli, startCli } from '../../../support/run-cli.ts'
import { answerJson, startScriptedServer } from '../../../support/scripted-server.ts'
import { temporaryDirectory } from '../../../support/temporary-directory.ts'

const { path: directory, remove } = temporaryDirectory()
afterAll(remove)

describe('the command line', () => {
  it('tells of itself', async () => {
    const { code, stdout } = await runCli(['--help'])
    expect(code).toBe(0)
    for (const command of ['serve', 'ingest', 'export', 'verify', 'ls', 'history', 'log', 'reconcile'])
      expect(stdout).toContain(`  ${command} `)
  })

  it.each([
    [['nonsense'], "unknown command 'nonsense'"],
    [['ls', 'nonsense'], 'Allowed choices are flows, sources, segments'],
    [['ls', 'segments'], 'needs the id of a Flow'],
    [['ls', 'flows', '--url', 'ftp://x'], 'It is no http or https URL'],
    [['ls', 'segments', 'f', '--timerange', 'noon'], '--timerange'],
    [['history'], "missing required argument 'id'"],
    [['history', 'f', '--source', '--segments'], 'only a Flow has segments'],
    [['export', 'f'], "required option '-o, --output <file>' not specified"],
    [['verify'], "missing required argument 'flow'"],
    [['verify', 'f', '--timerange', 'noon'], '--timerange'],
    [['verify', 'f', '--concurrency', '0'], 'It must be a positive whole number'],
    [['ingest'], "missing required argument 'media'"],
    [['ingest', 'a.ts', '--tag', 'x'], 'It must be name=value'],
    [['ingest', 'a.ts', '--start', 'noon'], '--start'],
    [['ingest', 'a.ts', '--flow-id', '1'], '--flow-id'],
    [['reconcile', '--older-than', 'soon'], 'It must be a whole number of seconds'],
    [['ingest', 'a.m3u8', 'b.ts'], 'either one playlist, or media segments'],
  ])('ends with 2 for wrong usage: %j', async (args, message) => {
    const { code, stderr, stdout } = await runCli(args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(message)
  })

  it.each([
    [['ls', '--url', 'http://127.0.0.1:1'], 'ECONNREFUSED'],
    [['log', '--data-dir', '/nowhere'], 'there is no event log at /nowhere/events.db'],
    [['reconcile'], 'there is no event log at data/events.db'],
    [['ingest', '/nowhere/list.m3u8'], 'ENOENT'],
  ])('ends with 1, and one line that says why, for what fails: %j', async (args, message) => {
    const { code, stderr } = await runCli(args)
    expect(code).toBe(1)
    expect(stderr).toContain(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  it('does not show the token in its help', async () => {
    const { stdout } = await runCli(['ls', '--help'], { FRAMELOG_TOKEN: 'secret' })
    expect(stdout).not.toContain('secret')
  })
})

describe('framelog ls', () => {
  it('prints a line for each item, page after page, up to the limit', async () => {
    const server = await startScriptedServer(({ path }, response) => {
      const page = Number(new URL(path, 'http://x').searchParams.get('page') ?? 0)
      const items = [0, 1].map((index) => ({ id: `f${2 * page + index}`, format: 'urn:x-nmos:format:video' }))
      answerJson(response, items, { link: `</flows?page=${page + 1}>; rel="next"` })
    })
    const { code, stdout } = await runCli(['ls', '--url', server.url.href, '-n', '3', '--json'])
    expect([
      code,
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).id),
    ]).toEqual([0, ['f0', 'f1', 'f2']])
    expect(server.requests).toHaveLength(2)
    await server.close()
  })

  it('sends the token of the environment', async () => {
    const server = await startScriptedServer((_, response) => answerJson(response, []))
    await runCli(['ls', 'sources'], { FRAMELOG_URL: server.url.href, FRAMELOG_TOKEN: 'secret' })
    expect(server.requests.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/sources', 'Bearer secret'],
    ])
    await server.close()
  })
})

describe('framelog history', () => {
  const time = '2026-11-21T03:30:00.000Z'
  const created = { position: 2, revision: 0, time, by: null, request_id: 'a', type: 'created' }
  const entries = [
    created,
    {
      ...created,
      position: 3,
      type: 'updated',
      by: 'ada',
      changes: [{ path: '/label' }, { path: '/tags/a' }],
    },
    { ...created, position: 4, type: 'segments_added', segments: { count: 2, timerange: '[0:0_2:0)' } },
    {
      ...created,
      position: 5,
      type: 'segments_deleted',
      segments: { timerange: '[0:0_1:0)', object_id: 'o' },
    },
    { ...created, position: 6, type: 'segments_tagged', tag: { object_id: 'o', name: 'take', value: '2' } },
    { ...created, position: 7, type: 'deleted' },
  ]
  const pagesOf = (items: readonly unknown[]) =>
    startScriptedServer(({ path }, response) => {
      const page = Number(new URL(path, 'http://x').searchParams.get('page') ?? 0)
      const more = 2 * page + 2 < items.length
      const link = `<${new URL(path, 'http://x').pathname}?page=${page + 1}>; rel="next"`
      answerJson(response, items.slice(2 * page, 2 * page + 2), more ? { link } : {})
    })

  it('tells when who did what, and of which, page after page', async () => {
    const server = await pagesOf(entries)
    const { code, stdout } = await runCli(['history', 'a flow', '--segments', '--url', server.url.href])
    expect([code, stdout.split('\n').map((line) => line.split(/ {2,}/))]).toEqual([
      0,
      [
        ['TIME', 'POSITION', 'BY', 'WHAT', 'OF IT'],
        [time, '2', '-', 'created', '-'],
        [time, '3', 'ada', 'updated', '/label /tags/a'],
        [time, '4', '-', 'segments added', '2 [0:0_2:0)'],
        [time, '5', '-', 'segments deleted', '[0:0_1:0) o'],
        [time, '6', '-', 'segments tagged', 'take o'],
        [time, '7', '-', 'deleted', '-'],
        [''],
      ],
    ])
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/flows/a%20flow/history?include_segments=true',
      '/flows/a%20flow/history?page=1',
      '/flows/a%20flow/history?page=2',
    ])
    await server.close()
  })

  it('tells of a source, latest first, up to the limit, as JSON', async () => {
    const attached = { ...created, type: 'flow_attached', flow_id: 'f' }
    const server = await pagesOf([attached, created, created])
    const flags = ['--source', '--reverse', '-n', '1', '--json', '--url', server.url.href]
    const { code, stdout } = await runCli(['history', 's', ...flags])
    expect([code, JSON.parse(stdout)]).toEqual([0, attached])
    expect(server.requests.map(({ path }) => path)).toEqual(['/sources/s/history?reverse_order=true'])
    await server.close()
  })
})

describe('framelog log', () => {
  const source = (id: string) => ({ id, format: 'urn:x-nmos:format:video' as const })
  const context = (commandId: string) => ({
    commandId,
    actor: null,
    correlationId: commandId,
    causationId: null,
  })
  const createdSource = (id: string) => ({
    stream: `source-${id}`,
    expectedRevision: 'none' as const,
    events: [{ type: 'SourceCreated' as const, data: { source: source(id) } }],
  })
  const printed = (stdout: string) => stdout.trim().split('\n')

  async function logOf(name: string, ids: readonly string[]) {
    const dataDir = join(directory, name)
    mkdirSync(dataDir)
    const log = openSqliteEventLog({ path: join(dataDir, 'events.db') })
    for (const id of ids) await log.append(context(`create ${id}`), [createdSource(id)])
    return { log, dataDir }
  }

  it('prints events in order, as JSON or for people, of one stream, type or place', async () => {
    const { log, dataDir } = await logOf('events', ['a', 'b', 'c'])
    await log.close()
    const linesOf = async (...flags: string[]) =>
      printed((await runCli(['log', '--data-dir', dataDir, ...flags])).stdout)
    expect((await linesOf('--json')).map((line) => JSON.parse(line).stream)).toEqual([
      'source-a',
      'source-b',
      'source-c',
    ])
    const [first] = await linesOf('--stream', 'source-b')
    expect(first).toMatch(
      /^2 {2}\d{4}-\d\d-\d\dT\S+Z {2}SourceCreated {2}source-b@0 {2}\{"source":\{"id":"b"/,
    )
    expect(await linesOf('--from', '3', '--json')).toHaveLength(1)
    expect(await linesOf('--type', 'FlowCreated')).toEqual([''])
  })

  it('goes on as events come, and ends in order at Ctrl-C', async () => {
    const { log, dataDir } = await logOf('followed', ['a'])
    const following = startCli(['log', '--data-dir', dataDir, '--follow', '--json'])
    await lines(following, 1)
    await log.append(context('create b'), [createdSource('b')])
    await lines(following, 2)
    following.process.kill('SIGINT')
    const { code, stdout, stderr } = await following.ended
    expect([code, stderr]).toEqual([0, ''])
    expect(printed(stdout).map((line) => JSON.parse(line).position)).toEqual([1, 2])
    await log.close()
  })
})

/** Waits until so many lines have been printed. */
async function lines(running: RunningCli, count: number): Promise<void> {
  while (running.stdout().split('\n').length <= count) await once(running.process.stdout!, 'data')
}
