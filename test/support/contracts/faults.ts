import type { z } from 'zod'
import { describeIssues, wordIssue } from '../../../contracts/http/describe-issues.ts'

/** What is said to a client who sends `value`; undefined where it is accepted. */
export function faultsIn(schema: z.ZodType, value: unknown): string | undefined {
  const parsed = schema.safeParse(value, { error: wordIssue })
  return parsed.success ? undefined : describeIssues(parsed.error.issues, 'body')
}
