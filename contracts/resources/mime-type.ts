import { z } from 'zod'

/** A media type without parameters, of a registered top-level type or an `x-` one (TAMS mime-type.json). */
export const MimeType = z
  .string()
  .max(255)
  .regex(
    /^(application|audio|font|example|image|message|model|multipart|text|video|x-(?:[0-9A-Za-z!#$%&'*+.^_`|~-]+))\/([0-9A-Za-z!#$%&'*+.^_`|~-]+)$/,
    { error: 'must be a media type without parameters, such as video/mp2t' },
  )
  .meta({ id: 'MimeType', description: 'A media type without parameters.', examples: ['video/mp2t'] })

/** What a Flow may say of its codec and container: TAMS asks for no more than two parts there. */
export const LooseMimeType = z
  .string()
  .max(255)
  .regex(/^[^\s/]+\/[^\s/]+$/, { error: 'must be a media type of two parts, such as video/h264' })
  .meta({ examples: ['video/mp2t'] })
