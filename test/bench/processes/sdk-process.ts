import { type BareProcess, startHandler } from './bare-process.ts'
import type { SdkOptions } from './sdk-server.ts'

/** Starts the handler that has the AWS SDK sign the URLs of pages. `serve` gives it a page with signed URLs. */
export const startSdkPresigner = (options: SdkOptions): Promise<BareProcess> =>
  startHandler('./sdk-server.js', [JSON.stringify(options)])
