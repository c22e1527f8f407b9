import type { PictureFormat } from '../segment-media.ts'

/** The codes of ITU-T H.273, which H.264 and H.265 share. */
const PRIMARIES_BT709 = 1
const PRIMARIES_BT601 = [5, 6]
const PRIMARIES_BT2020 = 9
const TRANSFER_PQ = 16
const TRANSFER_HLG = 18
const TRANSFERS_SDR = [1, 4, 5, 6, 14, 15]

/** TAMS words for coded colour; BT.2100 is BT.2020's primaries with a high dynamic range. */
export function colourOf(
  primaries: number,
  transfer: number,
): Pick<PictureFormat, 'colorspace' | 'transferCharacteristic'> {
  const transferCharacteristic = transferOf(transfer)
  return { colorspace: colorspaceOf(primaries, transferCharacteristic), transferCharacteristic }
}

function transferOf(code: number): PictureFormat['transferCharacteristic'] {
  if (code === TRANSFER_PQ) return 'PQ'
  if (code === TRANSFER_HLG) return 'HLG'
  return TRANSFERS_SDR.includes(code) ? 'SDR' : undefined
}

function colorspaceOf(
  primaries: number,
  transfer: PictureFormat['transferCharacteristic'],
): PictureFormat['colorspace'] {
  if (primaries === PRIMARIES_BT709) return 'BT709'
  if (PRIMARIES_BT601.includes(primaries)) return 'BT601'
  if (primaries !== PRIMARIES_BT2020) return undefined
  return transfer === 'PQ' || transfer === 'HLG' ? 'BT2100' : 'BT2020'
}
