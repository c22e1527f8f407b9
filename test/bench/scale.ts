/** How much work each measurement is. */
export type Scale = {
  /** Of each measurement: their median is the result. */
  readonly rounds: number
  readonly starts: number
  readonly rebuilds: number
  readonly producers: number
  /** Single registrations a producer makes in a round. */
  readonly singlesPerProducer: number
  readonly bulkConnections: number
  readonly segmentsPerBulk: number
  readonly bulksPerConnection: number
  /** Segments in each of the flows that are read, smallest first. */
  readonly flowSizes: readonly number[]
  /** Flows in each of the libraries whose lists are read, smallest first. */
  readonly listSizes: readonly number[]
  /** Reads a round, on as many connections as there are producers. */
  readonly reads: number
  /** Reads a round, one after the other on one connection. */
  readonly serialReads: number
  /** Reads a round of pages that were never read before. */
  readonly coldReads: number
  readonly urls: number
  /** Pages of 1,000 segments with S3 URLs, a round. */
  readonly presignedPages: number
  /** Flows that are deleted, on each kind of storage, and the segments of each. */
  readonly deletions: number
  readonly deletedSegments: number
  /** How many webhooks are told, fewest first. */
  readonly webhooks: readonly number[]
  /** One after the other, to all of them. */
  readonly eventsToWebhooks: number
  /** Who read the stream of events, all at once. */
  readonly streamReaders: number
  /** One after the other, to all of them. */
  readonly eventsToReaders: number
  /** Webhooks that are told beside readers of the stream. */
  readonly webhooksBeside: number
  /** How many events are relayed to Kafka. */
  readonly eventsToKafka: number
  /** Segments that are written to VAST DB at once. */
  readonly projectedSegments: number
}

const FULL: Scale = {
  rounds: 7,
  starts: 5,
  rebuilds: 3,
  producers: 64,
  singlesPerProducer: 150,
  bulkConnections: 4,
  segmentsPerBulk: 500,
  bulksPerConnection: 20,
  flowSizes: [10_000, 1_000_000],
  listSizes: [10_000, 1_000_000],
  reads: 2_000,
  serialReads: 300,
  coldReads: 300,
  urls: 200_000,
  presignedPages: 10,
  deletions: 3,
  deletedSegments: 100_000,
  webhooks: [1, 100, 1_000],
  eventsToWebhooks: 50,
  streamReaders: 100,
  eventsToReaders: 200,
  webhooksBeside: 3,
  eventsToKafka: 100_000,
  projectedSegments: 1_000_000,
}

/** Proves that the benchmark works. Its numbers are too small to say anything. */
const QUICK: Scale = {
  ...FULL,
  rounds: 2,
  starts: 2,
  rebuilds: 1,
  singlesPerProducer: 10,
  bulksPerConnection: 3,
  flowSizes: [2_000, 10_000],
  listSizes: [1_000, 4_000],
  reads: 200,
  serialReads: 50,
  coldReads: 40,
  urls: 10_000,
  presignedPages: 3,
  deletions: 1,
  deletedSegments: 3_000,
  webhooks: [1, 20],
  eventsToWebhooks: 5,
  streamReaders: 10,
  eventsToReaders: 10,
  eventsToKafka: 2_000,
  projectedSegments: 20_000,
}

export function scaleOf({ quick, tenMillion }: { quick: boolean; tenMillion: boolean }): Scale {
  const scale = quick ? QUICK : FULL
  return tenMillion ? { ...scale, flowSizes: [...scale.flowSizes, 10_000_000] } : scale
}
