/** The path of a Flow, or of something below it, relative to the service's URL. */
export function flowPath(flowId: string, below = ''): string {
  return `flows/${encodeURIComponent(flowId)}${below}`
}
