import { loadConfig } from '../../../services/config/config.ts'
import { createLogger } from '../../../services/observability/logger.ts'
import { runProjector } from '../../../services/projector/run-projector.ts'

// The projector as a process of its own, beside a service that does not project: it can be killed alone, and is up
// again at once.
const config = loadConfig(process.env)
if (!config.vast) throw new Error('there is no VAST DB')
await runProjector(config, config.vast, createLogger(config.LOG_LEVEL)).ended
