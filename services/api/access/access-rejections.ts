import type { AccessRejection } from '../../../domain/access/access.ts'
import type { Tellings } from '../http/telling.ts'

export const accessTellings: Tellings<AccessRejection> = {
  permission_missing: {
    status: 403,
    summary: ({ permission }) => `it may not be ${DONE[permission]} by you`,
  },
  auth_classes_unclaimed: {
    status: 403,
    summary: () => 'tags: auth_classes must name a class that you may write',
  },
  auth_classes_beyond_permission: {
    status: 403,
    summary: ({ auth_class, permission }) =>
      `tags: auth_classes: whoever adds or removes ${auth_class.slice(0, 200)} needs the permission to ${permission}`,
  },
}

const DONE = { read: 'read', write: 'written', delete: 'deleted' } as const
