import type { Budget, Row } from './row.ts'

/** What the service promises on two cores, one process, durable. docs/benchmarks.md says what each is about. */
export const BUDGETS = {
  singlePost: { of: 'ratio', atLeast: 0.5 },
  bulkPost: { of: 'service', atLeast: 50_000 },
  page: { of: 'ratio', atLeast: 0.4 },
  /** Latency in the largest flow by that in the smallest. */
  flatness: { of: 'service', atMost: 1.5 },
  rebuild: { of: 'service', atLeast: 100_000 },
  restart: { of: 'service', atMost: 1 },
  /** S3 URLs, by those of the AWS SDK's presigner. */
  presign: { of: 'ratio', atLeast: 10 },
  /** Pages of 1,000 segments with S3 URLs, by those of a handler that has all but the URLs and uses the SDK. */
  presignedPage: { of: 'ratio', atLeast: 20 },
  /** Seconds until the DELETE of a large flow is answered. */
  deletionAnswer: { of: 'service', atMost: 1 },
  /** The rate of registrations beside those who are told of them, by that with nobody to be told. */
  besideConsumers: { of: 'ratio', atLeast: 0.8 },
  /** Rows of segments that the tables in VAST DB get. */
  projection: { of: 'service', atLeast: 100_000 },
  memory: { of: 'service', atMost: 400 },
} as const satisfies Record<string, Budget>

/** @returns whether the row's median is within its budget; undefined for a row without one */
export function isWithinBudget({ budget, service, ratio }: Row): boolean | undefined {
  if (!budget) return undefined
  const { of, atLeast = -Infinity, atMost = Infinity } = budget
  const spread = of === 'ratio' ? ratio : service
  if (!spread) throw new Error('a budget of a ratio needs a row with a ratio')
  return spread.median >= atLeast && spread.median <= atMost
}
