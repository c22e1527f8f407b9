import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = {
  readonly registry: Registry
  request(method: string, route: string, status: number, seconds: number): void
  command(operation: string, outcome: 'accepted' | 'refused' | 'failed'): void
  appended(appends: number, events: number, seconds: number): void
  segmentsDeleted(count: number): void
  objectsMeasured(outcome: 'recorded' | 'absent' | 'failed', count: number): void
  /** Bytes of so many instances are gone. */
  purged(storage_id: string, count: number): void
  purgeFailed(storage_id: string): void
  halfUploadsEnded(storage_id: string, count: number): void
  copied(bytes: number): void
  copyFailed(fault: string): void
  mediaIn(bytes: number): void
  mediaOut(bytes: number): void
}

/** Read when Prometheus asks, not kept. */
export type Gauges = {
  readonly logPosition: () => Promise<number>
  readonly catalogPosition: () => number
  readonly openDeletions: () => number
  readonly openCopies: () => number
  readonly pendingPurges: () => Promise<readonly PendingPurge[]>
}

/** `oldestSeconds`: how long the one has waited that waits the longest; 0 where none does. */
export type PendingPurge = {
  readonly storage_id: string
  readonly count: number
  readonly oldestSeconds: number
}

const FAST = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]

/** The metrics of one process; docs/operations.md says what each is for. */
export function createMetrics(gauges: Gauges): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]

  const requests = new Histogram({
    name: 'framelog_http_request_seconds',
    help: 'Time to answer a request, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: FAST,
    registers,
  })
  const commands = new Counter({
    name: 'framelog_commands_total',
    help: 'Commands, by operation and outcome',
    labelNames: ['operation', 'outcome'],
    registers,
  })
  const appendSeconds = new Histogram({
    name: 'framelog_log_append_seconds',
    help: 'Time to write one group of appends to the log, sync included',
    buckets: FAST,
    registers,
  })
  const appendBatch = new Histogram({
    name: 'framelog_log_append_batch_size',
    help: 'Appends that shared one sync',
    buckets: SIZES,
    registers,
  })
  const appendEvents = new Counter({ name: 'framelog_log_events_total', help: 'Events appended', registers })
  const media = new Counter({
    name: 'framelog_media_bytes_total',
    help: 'Media bytes taken in and given out',
    labelNames: ['direction'],
    registers,
  })
  const deletedSegments = new Counter({
    name: 'framelog_deleted_segments_total',
    help: 'Flow Segments deleted',
    registers,
  })
  const measuredObjects = new Counter({
    name: 'framelog_measured_objects_total',
    help: 'Media Objects whose storage was asked for their size and checksums, by what became of it',
    labelNames: ['outcome'],
    registers,
  })
  const purges = new Counter({
    name: 'framelog_purged_total',
    help: 'Instances of objects whose bytes were removed',
    labelNames: ['storage_id'],
    registers,
  })
  const purgeFailures = new Counter({
    name: 'framelog_purge_failures_total',
    help: 'Attempts to remove bytes that failed',
    labelNames: ['storage_id'],
    registers,
  })
  const halfUploads = new Counter({
    name: 'framelog_half_uploads_ended_total',
    help: 'Uploads that a killed process left half done, and that were ended',
    labelNames: ['storage_id'],
    registers,
  })
  const oldestPurge = new Gauge({
    name: 'framelog_purge_oldest_seconds',
    help: 'How long bytes have been waiting to be removed',
    labelNames: ['storage_id'],
    registers,
  })
  new Gauge({
    name: 'framelog_purges_pending',
    help: 'Instances of objects whose bytes are to be removed',
    labelNames: ['storage_id'],
    registers,
    async collect() {
      const pending = await gauges.pendingPurges()
      this.reset()
      oldestPurge.reset()
      for (const { storage_id, count, oldestSeconds } of pending) {
        this.set({ storage_id }, count)
        oldestPurge.set({ storage_id }, oldestSeconds)
      }
    },
  })
  new Gauge({
    name: 'framelog_deletions_open',
    help: 'Deletion requests that are not over yet',
    registers,
    collect() {
      this.set(gauges.openDeletions())
    },
  })
  const copiedObjects = new Counter({
    name: 'framelog_copied_objects_total',
    help: 'Objects copied to another storage backend',
    registers,
  })
  const copiedBytes = new Counter({
    name: 'framelog_copied_bytes_total',
    help: 'Bytes of objects copied to another storage backend',
    registers,
  })
  const failedCopies = new Counter({
    name: 'framelog_copies_failed_total',
    help: 'Copies that were given up, by reason',
    labelNames: ['reason'],
    registers,
  })
  new Gauge({
    name: 'framelog_copies_open',
    help: 'Copies that were asked for and are not there yet',
    registers,
    collect() {
      this.set(gauges.openCopies())
    },
  })
  new Gauge({
    name: 'framelog_log_position',
    help: 'Position of the newest event',
    registers,
    async collect() {
      this.set(await gauges.logPosition())
    },
  })
  new Gauge({
    name: 'framelog_projection_lag_events',
    help: 'Events in the log that a projection does not include yet',
    labelNames: ['projection'],
    registers,
    async collect() {
      this.set(
        { projection: 'catalog' },
        Math.max(0, (await gauges.logPosition()) - gauges.catalogPosition()),
      )
    },
  })

  return {
    registry,
    request: (method, route, status, seconds) => requests.observe({ method, route, status }, seconds),
    command: (operation, outcome) => commands.inc({ operation, outcome }),
    appended: (appends, events, seconds) => {
      appendSeconds.observe(seconds)
      appendBatch.observe(appends)
      appendEvents.inc(events)
    },
    segmentsDeleted: (count) => deletedSegments.inc(count),
    objectsMeasured: (outcome, count) => measuredObjects.inc({ outcome }, count),
    purged: (storage_id, count) => purges.inc({ storage_id }, count),
    purgeFailed: (storage_id) => purgeFailures.inc({ storage_id }),
    halfUploadsEnded: (storage_id, count) => halfUploads.inc({ storage_id }, count),
    copied: (bytes) => {
      copiedObjects.inc()
      copiedBytes.inc(bytes)
    },
    copyFailed: (reason) => failedCopies.inc({ reason }),
    mediaIn: (bytes) => media.inc({ direction: 'in' }, bytes),
    mediaOut: (bytes) => media.inc({ direction: 'out' }, bytes),
  }
}
