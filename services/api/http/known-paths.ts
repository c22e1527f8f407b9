import type { RequestHandler } from 'express'
import { answerEmpty, send } from './answer.ts'
import { HttpRefusal, notFound } from './http-refusal.ts'

/** The methods of a path, as the header `Allow` lists them; undefined for a path nobody serves. */
export type AllowedAt = (path: string) => string | undefined

type Served = { readonly method: string; readonly path: string }

/** @param served paths with their parameters in braces */
export function allowedAt(served: readonly Served[]): AllowedAt {
  const methods = new Map<string, Set<string>>()
  for (const { method, path } of served) {
    const known = methods.get(path) ?? new Set<string>()
    known.add(method.toUpperCase())
    if (method === 'get') known.add('HEAD')
    methods.set(path, known)
  }
  const templates = [...methods].map(([path, known]) => ({ pattern: patternOf(path), known }))
  return (path) => {
    const known = templates.flatMap((template) => (template.pattern.test(path) ? [...template.known] : []))
    return known.length === 0 ? undefined : [...new Set(known), 'OPTIONS'].join(', ')
  }
}

/** Tells what a path takes. Mounted before anything that asks for credentials: browsers' preflights have none. */
export const answerOptions =
  (allowed: AllowedAt): RequestHandler =>
  (request, response, next) => {
    if (request.method !== 'OPTIONS') return next()
    const allow = allowed(request.path)
    if (allow === undefined) return next()
    send(response, answerEmpty(204, { Allow: allow }))
  }

/** What is said when no router took a request. */
export const refuseUnserved =
  (allowed: AllowedAt): RequestHandler =>
  ({ method, path }) => {
    const allow = allowed(path)
    if (allow === undefined || allow.split(', ').includes(method)) {
      // Without the method: a HEAD is told as much as a GET.
      throw notFound(`there is nothing at ${path.slice(0, 200)}`)
    }
    throw new HttpRefusal(405, 'method_not_allowed', `${method} is not served here, but ${allow} are`, {
      Allow: allow,
    })
  }

/** As the router reads paths: in any case, with or without a slash at the end. */
const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replace(/[.*+?()[\]\\^$|]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')}/?$`, 'i')
