import type { Operation } from '../http/operation.ts'
import { deleteFlow } from './delete-flow.ts'
import { deleteFlowSegments } from './delete-flow-segments.ts'
import { deleteObject } from './delete-object.ts'
import { deleteObjectInstances } from './delete-object-instances.ts'
import { getFlow } from './get-flow.ts'
import { getFlowSegments } from './get-flow-segments.ts'
import { getFlows } from './get-flows.ts'
import { getHealth } from './get-health.ts'
import { getMetrics } from './get-metrics.ts'
import { getObject } from './get-object.ts'
import { getOpenapi } from './get-openapi.ts'
import { getRoot } from './get-root.ts'
import { getService } from './get-service.ts'
import { getSource } from './get-source.ts'
import { getSources } from './get-sources.ts'
import { getStorageBackends } from './get-storage-backends.ts'
import { postFlowSegments } from './post-flow-segments.ts'
import { postFlowStorage } from './post-flow-storage.ts'
import { postObjectInstances } from './post-object-instances.ts'
import { postObjects } from './post-objects.ts'
import { postService } from './post-service.ts'
import { putFlow } from './put-flow.ts'
import { deleteSegmentTag, getSegmentTag, getSegmentTags, putSegmentTag } from './segment-tags.ts'

/** Every operation of the service, in the order the documentation shows them. HEAD comes with each GET. */
export const operations: readonly Operation[] = [
  getRoot,
  getService,
  postService,
  getStorageBackends,
  getSources,
  getSource,
  getFlows,
  getFlow,
  putFlow,
  deleteFlow,
  getFlowSegments,
  postFlowSegments,
  deleteFlowSegments,
  getSegmentTags,
  getSegmentTag,
  putSegmentTag,
  deleteSegmentTag,
  postFlowStorage,
  getObject,
  postObjects,
  deleteObject,
  postObjectInstances,
  deleteObjectInstances,
  getHealth,
  getMetrics,
  getOpenapi,
]
