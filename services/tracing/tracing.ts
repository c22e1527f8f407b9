import type { TracingConfig } from '../config/tracing-config.ts'
import type { Logger } from '../observability/logger.ts'
import type { Tracing } from './span.ts'

let current: Tracing | undefined

/** Undefined while nothing is traced: what asks pays no more than that. */
export const tracing = (): Tracing | undefined => current

/**
 * Begins to trace what this thread does, where that is configured: its libraries are loaded only then.
 * @param component which part of the service the thread is, e.g. `webhooks`
 */
export async function startTracing(
  config: TracingConfig | undefined,
  component: string,
  logger: Logger | undefined,
): Promise<void> {
  if (!config || current) return
  const { openTelemetry } = await import('./open-telemetry.ts')
  current = openTelemetry(config, component, logger)
}

export async function stopTracing(): Promise<void> {
  const stopped = current
  current = undefined
  await stopped?.stop()
}
