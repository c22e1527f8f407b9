// Which operations did what they are for, by the service's own count.

/** @returns how many requests succeeded so far, by operation: `METHOD /path` */
export async function successes(url) {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  const counts = {}
  for (const [, labels, count] of metrics.matchAll(/^framelog_http_request_seconds_count\{(.+)\} (\d+)$/gm)) {
    const { method, route, status } = Object.fromEntries(
      [...labels.matchAll(/(\w+)="((?:\\.|[^"])*)"/g)].map(([, name, value]) => [name, value]),
    )
    const operation = `${method} ${templateOf(route)}`
    if (status.startsWith('2')) counts[operation] = (counts[operation] ?? 0) + Number(count)
  }
  return counts
}

/** @returns those operations that no request between the two counts got a success from */
export function neverReached(operations, before, after) {
  return operations.filter((operation) => (after[operation] ?? 0) === (before[operation] ?? 0))
}

/** A route of the router as documents write it. */
const templateOf = (route) => route.replaceAll('\\', '').replace(/:"?([\w-]+)"?/g, '{$1}')
