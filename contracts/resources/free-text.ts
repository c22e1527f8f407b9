import { z } from 'zod'

// TAMS bounds no text. These bounds are far above what people write, and keep an event small.

/** A short name, as shown in a listing. */
export const Label = z.string().max(4_096)

/** What people want to know beside the label. */
export const Description = z.string().max(65_536)

/** Who did something, as authentication names them. */
export const Principal = z.string().max(1_024)
