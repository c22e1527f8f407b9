import type { CommandEvent } from '../../../contracts/events/command-events.ts'
import type { Rules } from './model.ts'

/** How often a key may be answered: once in its period. The model's revisions tell. */
export const commandRules: Rules<CommandEvent['type']> = {
  CommandAnswered: (_model, { revision }, broken) => {
    if (revision > 0) broken('the command was answered before')
  },
}
