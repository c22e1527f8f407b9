import type { Operation } from '../http/operation.ts'
import { deleteFlow } from './delete-flow.ts'
import { deleteFlowSegments } from './delete-flow-segments.ts'
import { deleteObject } from './delete-object.ts'
import { deleteObjectInstances } from './delete-object-instances.ts'
import { deleteSource } from './delete-source.ts'
import { deleteWebhook } from './delete-webhook.ts'
import { flowPropertyOperations } from './flow-properties.ts'
import { getAnalyticsTable } from './get-analytics-table.ts'
import { getAsyncapi } from './get-asyncapi.ts'
import { getCatalogSummary } from './get-catalog-summary.ts'
import { getEvents } from './get-events.ts'
import { getFlow } from './get-flow.ts'
import { getFlowDeleteRequest } from './get-flow-delete-request.ts'
import { getFlowDeleteRequests } from './get-flow-delete-requests.ts'
import { getFlowHistory } from './get-flow-history.ts'
import { getFlowSegments } from './get-flow-segments.ts'
import { getFlowUsage } from './get-flow-usage.ts'
import { getFlows } from './get-flows.ts'
import { getHealth } from './get-health.ts'
import { getMetrics } from './get-metrics.ts'
import { getObject } from './get-object.ts'
import { getOpenapi } from './get-openapi.ts'
import { getProfile } from './get-profile.ts'
import { getProfiles } from './get-profiles.ts'
import { getRoot } from './get-root.ts'
import { getService } from './get-service.ts'
import { getSource } from './get-source.ts'
import { getSourceHistory } from './get-source-history.ts'
import { getSources } from './get-sources.ts'
import { getStorageBackends } from './get-storage-backends.ts'
import { getStorageUsage } from './get-storage-usage.ts'
import { getTimeRangeAnalysis } from './get-time-range-analysis.ts'
import { getVastBuckets, getVastStatus, getVastTableStats } from './get-vast-status.ts'
import { getWebhook } from './get-webhook.ts'
import { getWebhooks } from './get-webhooks.ts'
import { postFlow } from './post-flow.ts'
import { postFlowDeleteRequests } from './post-flow-delete-requests.ts'
import { postFlowRestore } from './post-flow-restore.ts'
import { postFlowSegments } from './post-flow-segments.ts'
import { postFlowStorage } from './post-flow-storage.ts'
import { postObjectInstances } from './post-object-instances.ts'
import { postObjects } from './post-objects.ts'
import { postProfile } from './post-profile.ts'
import { postService } from './post-service.ts'
import { postSource } from './post-source.ts'
import { postWebhooks } from './post-webhooks.ts'
import { putFlow } from './put-flow.ts'
import { putSource } from './put-source.ts'
import { putWebhook } from './put-webhook.ts'
import { deleteSegmentTag, getSegmentTag, getSegmentTags, putSegmentTag } from './segment-tags.ts'
import { sourcePropertyOperations } from './source-properties.ts'

/** Every operation of the service, in the order the documentation shows them. HEAD comes with each GET. */
export const operations: readonly Operation[] = [
  getRoot,
  getService,
  postService,
  getStorageBackends,
  getProfiles,
  getProfile,
  postProfile,
  getWebhooks,
  postWebhooks,
  getWebhook,
  putWebhook,
  deleteWebhook,
  getSources,
  postSource,
  getSource,
  putSource,
  deleteSource,
  ...sourcePropertyOperations,
  getSourceHistory,
  getFlows,
  postFlow,
  getFlow,
  getFlowHistory,
  putFlow,
  deleteFlow,
  postFlowRestore,
  ...flowPropertyOperations,
  getFlowSegments,
  postFlowSegments,
  deleteFlowSegments,
  getSegmentTags,
  getSegmentTag,
  putSegmentTag,
  deleteSegmentTag,
  postFlowStorage,
  getObject,
  getFlowDeleteRequests,
  postFlowDeleteRequests,
  getFlowDeleteRequest,
  postObjects,
  deleteObject,
  postObjectInstances,
  deleteObjectInstances,
  getEvents,
  getFlowUsage,
  getStorageUsage,
  getTimeRangeAnalysis,
  getCatalogSummary,
  getAnalyticsTable,
  getVastStatus,
  getVastBuckets,
  getVastTableStats,
  getHealth,
  getMetrics,
  getOpenapi,
  getAsyncapi,
]
