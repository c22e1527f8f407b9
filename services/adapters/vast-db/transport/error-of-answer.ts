import { VastDbError, type VastDbErrorKind } from '../vast-db-error.ts'

/** What each status means. An answer is 200, or one of these. */
const KIND_OF_STATUS: Readonly<Record<number, VastDbErrorKind>> = {
  400: 'bad_request',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  409: 'conflict',
  500: 'internal',
  501: 'not_implemented',
  503: 'unavailable',
  507: 'insufficient_capacity',
}

/** Words that say more than the status they come with. */
const KIND_OF_CODE: Readonly<Record<string, VastDbErrorKind>> = {
  SlowDown: 'slow_down',
  NoSuchTransaction: 'transaction_gone',
  TabularUnsupportedColumnType: 'unsupported_type',
  TabularInvalidColumnTypeParam: 'unsupported_type',
  TabularMismatchColumnType: 'type_mismatch',
}

/** @param body S3's XML of an error; it may be empty, or anything */
export function errorOfAnswer(
  status: number,
  body: string,
  told: { readonly request: string; readonly endpoint: string },
): VastDbError {
  const code = elementOf(body, 'Code')
  const kind = KIND_OF_CODE[code ?? ''] ?? KIND_OF_STATUS[status] ?? 'unexpected_status'
  const message = elementOf(body, 'Message') ?? 'without a message'
  return new VastDbError(kind, `${status}${code ? ` ${code}` : ''}: ${message} (${told.request})`, {
    ...told,
    status,
    code,
    requestId: elementOf(body, 'RequestId'),
  })
}

/** The text of an element without children. */
export function elementOf(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]
  return text === undefined || text === '' ? undefined : decodeEntities(text)
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }

export const decodeEntities = (text: string): string =>
  text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => ENTITIES[name] ?? '')
