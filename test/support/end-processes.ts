import { afterAll } from 'vitest'
import { endAll } from './die-with-tests.ts'

// Hooks run in reverse order: this one after those of the tests, which may have their processes end otherwise.
afterAll(endAll)
