import { join } from 'node:path'
import { folderOnDisk } from '../support/media-on-disk.ts'
import { reuseRaceSuite } from './reuse-race-suite.ts'

reuseRaceSuite(
  'a local folder',
  async (folder) => ({
    media: folderOnDisk(join(folder, 'data/media')),
    environment: {},
    close: async () => {},
  }),
  { rounds: 3, segments: 600, clients: 4 },
)
