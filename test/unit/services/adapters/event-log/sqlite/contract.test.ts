import { eventLogContract } from '../../../../../ports/event-log-contract.ts'
import { temporaryLog } from '../../../../../support/event-log/temporary-log.ts'

eventLogContract('SQLite', () => temporaryLog())
