import { VIEWS, type ViewName } from '../../../projections/analytics/view-tables.ts'

export const VIEW_NAMES = Object.keys(VIEWS) as readonly ViewName[]
