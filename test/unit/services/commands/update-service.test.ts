import { describe, expect, it } from 'vitest'
import { withHarness } from '../../../support/with-harness.ts'

describe('updating the service', () => {
  it('shows in the catalog, property by property', async () => {
    await withHarness(async ({ updateService, catchUp, catalog }) => {
      expect(catalog.reader.service()).toBeUndefined()
      await updateService({ name: 'Playout' })
      await updateService({ description: 'Two racks' })
      await catchUp()
      expect(catalog.reader.service()).toMatchObject({ name: 'Playout', description: 'Two racks' })
      await updateService({ name: '' })
      await catchUp()
      expect(catalog.reader.service()).toMatchObject({ name: '', description: 'Two racks' })
    })
  })
})
