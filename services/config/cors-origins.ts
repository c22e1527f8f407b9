import { z } from 'zod'

/** Whose pages may use the API from a browser: any, those served from this machine, or those of a list. */
export type CorsOrigins = 'any' | 'local' | readonly string[]

/** `*`, or origins between commas; empty is a list of none. */
export const CorsOriginsText = z
  .string()
  .transform((text): CorsOrigins => (text.trim() === '*' ? 'any' : split(text)))
  .refine((origins) => origins === 'any' || [...origins].every(isOrigin), {
    error: 'must be *, or origins between commas, each like https://example.com:8443',
  })

const split = (text: string): readonly string[] =>
  text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]))

/** As browsers write it in the header Origin: nothing stands for several. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text && !text.includes('*')
}
