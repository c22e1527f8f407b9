import type { LogModel } from './model.ts'

/** Counts a use that came (1) or went (-1); none of an object that is not named. */
export function countUse({ uses }: Pick<LogModel, 'uses'>, object_id: string | undefined, by: 1 | -1): void {
  if (object_id !== undefined) uses.set(object_id, (uses.get(object_id) ?? 0) + by)
}

/** The same, counted anew: by segments, and of init objects by the media objects that were made with them. */
export function usesOfAll({ timelines, objects }: LogModel): ReadonlyMap<string, number> {
  const uses = new Map<string, number>()
  for (const segments of timelines.values()) {
    for (const { object_id } of segments) countUse({ uses }, object_id, 1)
  }
  for (const { registration, retired } of objects.values()) {
    if (!retired) countUse({ uses }, registration?.init_object_id, 1)
  }
  return uses
}
