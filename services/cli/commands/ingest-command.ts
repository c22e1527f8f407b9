import { type Command, InvalidArgumentError } from 'commander'
import type { Tags } from '../../../contracts/resources/tags.ts'
import type { IngestFlags } from './run-ingest.ts'
import { toPositive, withServiceOptions } from './service-options.ts'

const DETAILS = `
Times are those of the media, to the tick of its clock: a playlist's durations are not used. With several tracks
the video's times count; the segments go to a multi-essence Flow, which collects a Flow for each track.

What has been done is kept in a state file beside the media (.NAME.framelog-ingest.jsonl), or in the working
directory if the media is remote. Running the same command again uploads only what is missing.

Examples:
  framelog ingest recording/index.m3u8 --label "Studio 1" --tag programme=news
  framelog ingest https://live.example.com/master.m3u8 --variant 1280x720 --follow
  framelog ingest part1.ts part2.ts --start 1694429247:0`

export function addIngestCommand(program: Command): void {
  const command = program
    .command('ingest')
    .description('put HLS media (MPEG-TS or fragmented MP4) into a store')
    .argument('<media...>', 'an HLS playlist, or media segments in order: paths or URLs')
    .option('--flow-id <uuid>', 'the Flow that takes the segments (default: a new one)')
    .option('--source-id <uuid>', 'its Source (default: a new one)')
    .option('--label <text>', 'label of the new Flows')
    .option('--tag <name=value>', 'tag of the new Flows; may be repeated', collectTag)
    .option('--start <timestamp>', 'where the media starts on the timeline, seconds:nanoseconds')
    .option('--variant <variant>', 'of a master playlist: number, WxH or bandwidth (default: the best)')
    .option('--init <media>', 'initialisation segment of fMP4 segments that no playlist lists')
    .option('--follow', 'go on with a live playlist until it ends, or Ctrl-C')
    .option('--state <path>', 'the state file')
    .option('--concurrency <n>', 'segments to read, and to upload, at a time', toPositive, 4)
  withServiceOptions(command)
    .addHelpText('after', DETAILS)
    .action(async (media: string[], flags: IngestFlags) => {
      const { runIngest } = await import('./run-ingest.ts')
      await runIngest(media, flags)
    })
}

/** A name given twice has both values. */
function collectTag(text: string, tags: Tags = {}): Tags {
  const separator = text.indexOf('=')
  if (separator < 1) throw new InvalidArgumentError('It must be name=value.')
  const name = text.slice(0, separator)
  const value = text.slice(separator + 1)
  const earlier = tags[name]
  return { ...tags, [name]: earlier === undefined ? value : [earlier, value].flat() }
}
