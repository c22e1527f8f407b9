import { describeIssues, wordIssue } from '../../contracts/http/describe-issues.ts'
import { Tags, type TagValue } from '../../contracts/resources/tags.ts'

/** One tag of a resource; `undefined` unsets it. */
export type TagChange = {
  readonly property: 'tags'
  readonly name: string
  readonly value: TagValue | undefined
}

export type TagsRejection = { readonly reason: 'tags_refused'; readonly fault: string }

/** A resource with this tag changed: the others stay. What has no tags gets none by unsetting one. */
export function withTag<R extends { readonly tags?: Tags }>(resource: R, { name, value }: TagChange): R {
  const { tags = {} } = resource
  if (value !== undefined) return { ...resource, tags: { ...tags, [name]: value } }
  if (!Object.hasOwn(tags, name)) return resource
  const { [name]: _, ...rest } = tags
  return { ...resource, tags: rest }
}

/** Tags set one by one are bounded as tags set at once are. */
export function refuseTags(tags: Tags | undefined): TagsRejection | undefined {
  const checked = Tags.safeParse(tags ?? {}, { error: wordIssue })
  if (checked.success) return undefined
  return { reason: 'tags_refused', fault: describeIssues(checked.error.issues, 'tags') }
}
