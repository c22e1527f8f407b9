import { type Logger, pino } from 'pino'

export type { Logger } from 'pino'

/** Structured logs, one JSON object a line, on standard output; times are UTC. */
export const createLogger = (level: string): Logger =>
  pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    // What may stand in a header or a URL and opens doors. Nothing logs them; should something, this holds.
    redact: ['*.authorization', '*.cookie', '*.signature', '*.access_token', 'headers.authorization'],
  })
