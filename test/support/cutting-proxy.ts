import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type CuttingProxy = {
  readonly url: string
  /** Connections that were cut so far. */
  cuts(): number
  close(): Promise<void>
}

/**
 * Passes bytes on between clients and a server, and cuts each connection, wherever that may be in what the server says.
 * @param bytesOf how many of the server's bytes a connection passes on
 */
export async function startCuttingProxy(target: string, bytesOf: () => number): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target)
  const open = new Set<Socket>()
  let cuts = 0
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        open.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    let left = bytesOf()
    client.pipe(upstream)
    upstream.on('data', (bytes) => {
      if (bytes.length < left) {
        left -= bytes.length
        client.write(bytes)
        return
      }
      upstream.removeAllListeners('data')
      cuts++
      client.write(bytes.subarray(0, left), () => client.destroy())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cuts: () => cuts,
    close: () => {
      for (const socket of open) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
