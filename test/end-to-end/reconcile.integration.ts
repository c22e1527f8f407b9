import { describe, it } from 'vitest'
import { hasVersitygw, startVersitygw } from '../support/s3/versitygw.ts'
import { reconcileSuite } from './reconcile-suite.ts'

if (hasVersitygw()) reconcileSuite('versitygw', startVersitygw)
else describe('framelog reconcile', () => it.skip('versitygw is not installed: run .ci/s3'))
