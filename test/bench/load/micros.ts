type Measured = { cpuSeconds(): number | undefined }

/** Processor time of each, microseconds a request; undefined where the system does not tell. */
export type Micros = {
  readonly service: number | undefined
  readonly listeners: number | undefined
  /** This process, which makes the requests. */
  readonly client: number
}

/** Counts from now on. @returns what was spent since, by so many requests */
export function microsOf(processes: {
  readonly service: Measured
  readonly listeners: Measured
}): (requests: number) => Micros {
  const since = ({ cpuSeconds }: Measured) => {
    const before = cpuSeconds()
    return (requests: number) => {
      const after = cpuSeconds()
      return before === undefined || after === undefined ? undefined : ((after - before) * 1e6) / requests
    }
  }
  const service = since(processes.service)
  const listeners = since(processes.listeners)
  const client = process.cpuUsage()
  return (requests) => {
    const { user, system } = process.cpuUsage(client)
    return { service: service(requests), listeners: listeners(requests), client: (user + system) / requests }
  }
}
