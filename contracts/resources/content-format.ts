import { z } from 'zod'

export const VIDEO = 'urn:x-nmos:format:video'
export const IMAGE = 'urn:x-tam:format:image'
export const AUDIO = 'urn:x-nmos:format:audio'
export const DATA = 'urn:x-nmos:format:data'
export const MULTI = 'urn:x-nmos:format:multi'

export const ContentFormat = z
  .enum([VIDEO, IMAGE, AUDIO, DATA, MULTI])
  .meta({ id: 'ContentFormat', description: 'What kind of content a Source or Flow carries, as a URN.' })

export type ContentFormat = z.infer<typeof ContentFormat>
