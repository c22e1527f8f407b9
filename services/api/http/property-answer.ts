import type { Tags } from '../../../contracts/resources/tags.ts'
import { type Answer, answerJson } from './answer.ts'
import { notFound } from './http-refusal.ts'

/** A property that may be unset. TAMS has no value for that, so there is nothing to be found then. */
export function answerSet(noun: 'flow' | 'source', property: string, value: unknown): Answer {
  if (value === undefined) throw notFound(`the ${noun} has no ${property}: it is not set`)
  return answerJson(200, value)
}

/** One of the tags. Its name is whatever the client likes, and may be that of an object's method. */
export function answerTag(noun: 'flow' | 'source', tags: Tags | undefined, name: string): Answer {
  const value = tags && Object.hasOwn(tags, name) ? tags[name] : undefined
  if (value === undefined) throw notFound(`the ${noun} has no such tag: it is not set`)
  return answerJson(200, value)
}
