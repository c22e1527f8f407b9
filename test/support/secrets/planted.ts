/** In every secret of the tests, and in nothing else: wherever it turns up, a secret has. */
const MARK = 'pl4ntedS3cret'

/** A secret that is known again wherever it gets to. @param what it opens */
export const planted = (what: string): string => `${MARK}-${what}-c0ffee`

/** A key of the service that signs and seals is long. */
export const PLANTED_SECRET_KEY = planted('service').padEnd(48, 'x')

/** Where it matters to nothing but a leak: whoever sets one of these, or what makes it count, has its own. */
export function plantedEnvironment(own: Readonly<Record<string, string>>): Record<string, string> {
  return {
    OTLP_HEADERS: `authorization=${planted('otlp')}`,
    ...(own['KAFKA_BROKERS'] === undefined && { KAFKA_SASL_PASSWORD: planted('kafka') }),
    ...(own['VAST_ENDPOINT'] === undefined && { VAST_SECRET_KEY: planted('vast') }),
    ...(own['S3_BUCKET_NAME'] === undefined &&
      own['STORAGE_BACKENDS'] === undefined && { S3_SECRET_ACCESS_KEY: planted('s3') }),
  }
}

/** How a text may be written so that it can be read again. */
const writtenAs = (text: string): readonly string[] => [
  text,
  encodeURIComponent(text),
  Buffer.from(text).toString('hex'),
  // Of base64, what does not depend on what stands before and after; and of its variant for URLs.
  ...[0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), Buffer.from(text)])
    const sure = whole
      .toString('base64')
      .slice(Math.ceil((before * 8) / 6), Math.floor((whole.length * 8) / 6))
    return [sure, sure.replaceAll('+', '-').replaceAll('/', '_')]
  }),
]

const MARKS = writtenAs(MARK)

/** @param more secrets that were made during the tests @returns where each stands that the text holds */
export function plantedIn(text: string, more: readonly string[] = []): readonly string[] {
  return [...MARKS, ...more.flatMap(writtenAs)].flatMap((form) => {
    const at = text.indexOf(form)
    return at < 0 ? [] : [text.slice(Math.max(0, at - 80), at + form.length + 20)]
  })
}
