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

/**
 * HEAD is answered by what answers GET, so that one of them stands for both: which of the seeded Flows still has a property when
 * its turn comes, is chance.
 * @returns those operations that no request between the two counts got a success from
 */
export function neverReached(operations, before, after) {
  const isReached = (operation) => (after[operation] ?? 0) > (before[operation] ?? 0)
  return operations.filter(
    (operation) => !isReached(operation) && !isReached(operation.replace(/^HEAD /, 'GET ')),
  )
}

/** A route of the router as documents write it. */
const templateOf = (route) => route.replaceAll('\\', '').replace(/:"?([\w-]+)"?/g, '{$1}')
