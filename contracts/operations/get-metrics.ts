import { z } from 'zod'
import { defineOperation } from '../http/operation.ts'

export const getMetrics = defineOperation({
  operationId: 'GET_metrics',
  method: 'get',
  path: '/metrics',
  tag: 'Operation',
  summary: 'Give metrics to Prometheus',
  isExtension: true,
  responses: {
    200: {
      description: 'The metrics of this process.',
      body: z.string(),
      contentType: 'text/plain; version=0.0.4',
    },
  },
})
