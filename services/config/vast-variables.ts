import { z } from 'zod'
import { InvalidConfig } from './invalid-config.ts'

/** Where tables are written to, for SQL and data science. */
export type VastConfig = {
  /** Base URLs of one cluster. */
  readonly endpoints: readonly string[]
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly bucket: string
  readonly schema: string
  /** Whether this process writes the tables. */
  readonly isProjecting: boolean
}

const isBaseUrl = (text: string): boolean =>
  URL.canParse(text) && /^https?:\/\/[^/?#@]+\/?$/i.test(text) && !new URL(text).username

const Endpoints = z.string().transform((text, { issues }) => {
  const urls = text.split(',').map((url) => url.trim().replace(/\/$/, ''))
  if (!urls.every(isBaseUrl))
    issues.push({
      code: 'custom',
      input: text,
      message: 'must be http or https URLs without a path, commas between',
    })
  return urls
})

const Variables = z.object({
  VAST_ENDPOINT: Endpoints,
  VAST_ACCESS_KEY: z.string().min(1),
  VAST_SECRET_KEY: z.string().min(1),
  VAST_BUCKET: z.string().regex(/^[\w.~-]+$/, 'must be a name'),
  VAST_SCHEMA: z
    .string()
    .regex(/^[\w.~-]+(\/[\w.~-]+)*$/, 'must be a name')
    .default('framelog'),
  VAST_PROJECTOR_ENABLED: z.stringbool().default(true),
})

/** @returns undefined where VAST_ENDPOINT is not set @throws InvalidConfig naming each variable that is wrong */
export function loadVast(environment: NodeJS.ProcessEnv): VastConfig | undefined {
  if (environment['VAST_ENDPOINT'] === undefined) return undefined
  const { success, data, error } = Variables.safeParse(environment)
  if (!success) {
    const faults = error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`)
    throw new InvalidConfig(`these environment variables are wrong:\n${faults.join('\n')}`)
  }
  return {
    endpoints: data.VAST_ENDPOINT,
    credentials: { accessKeyId: data.VAST_ACCESS_KEY, secretAccessKey: data.VAST_SECRET_KEY },
    bucket: data.VAST_BUCKET,
    schema: data.VAST_SCHEMA,
    isProjecting: data.VAST_PROJECTOR_ENABLED,
  }
}
