import { CatalogBehind } from '../catalog/catalog.ts'
import { CommandContended } from '../commands/run-command.ts'
import { LogUnavailable } from '../ports/event-log.ts'

const PASSING = [LogUnavailable, CommandContended, CatalogBehind]

/** Whether a command could not be carried out for a reason that is only a matter of time. */
export const isPassingTrouble = (error: unknown): boolean => PASSING.some((kind) => error instanceof kind)
