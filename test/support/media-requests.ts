/** Uploads as clients do. @returns the status */
export async function upload(
  putUrl: { readonly url: string; readonly 'content-type': string },
  bytes: Buffer,
) {
  const { status } = await fetch(putUrl.url, {
    method: 'PUT',
    headers: { 'content-type': putUrl['content-type'] },
    body: new Uint8Array(bytes),
  })
  return status
}

/** Downloads as clients do. */
export async function download(url: string, range?: string) {
  const response = await fetch(url, range === undefined ? {} : { headers: { range } })
  return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) }
}
