/** How much longer than asked a signed URL may hold, seconds: URLs end on whole minutes. */
export const URL_MARGIN_SECONDS = 60
