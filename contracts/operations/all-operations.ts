import type { Operation } from '../http/operation.ts'
import { deleteFlow } from './delete-flow.ts'
import { deleteFlowSegments } from './delete-flow-segments.ts'
import { getFlow } from './get-flow.ts'
import { getFlowHistory } from './get-flow-history.ts'
import { getFlowSegments } from './get-flow-segments.ts'
import { getFlows } from './get-flows.ts'
import { getHealth } from './get-health.ts'
import { getMetrics } from './get-metrics.ts'
import { getObject } from './get-object.ts'
import { getOpenapi } from './get-openapi.ts'
import { getRoot } from './get-root.ts'
import { getService } from './get-service.ts'
import { getSource } from './get-source.ts'
import { getSourceHistory } from './get-source-history.ts'
import { getSources } from './get-sources.ts'
import { getStorageBackends } from './get-storage-backends.ts'
import { postFlowSegments } from './post-flow-segments.ts'
import { postFlowStorage } from './post-flow-storage.ts'
import { postService } from './post-service.ts'
import { putFlow } from './put-flow.ts'

/** Every operation of the service, in the order the documentation shows them. HEAD comes with each GET. */
export const operations: readonly Operation[] = [
  getRoot,
  getService,
  postService,
  getStorageBackends,
  getSources,
  getSource,
  getSourceHistory,
  getFlows,
  getFlow,
  getFlowHistory,
  putFlow,
  deleteFlow,
  getFlowSegments,
  postFlowSegments,
  deleteFlowSegments,
  postFlowStorage,
  getObject,
  getHealth,
  getMetrics,
  getOpenapi,
]
