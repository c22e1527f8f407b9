import { describe, expect, it } from 'vitest'
import { readExpression } from '../../support/deploy/promql.ts'

describe('names in PromQL', () => {
  it.each([
    ['up{job="a"} == 0', [['up', 'job']], []],
    ['rate(a_total{x=~"b{2}|c", y!="d"}[5m]) > 1.5 * 1024', [['a_total', 'x', 'y']], []],
    [
      'histogram_quantile(0.99, sum by (job, le) (rate(h_bucket[$__rate_interval])))',
      [['h_bucket']],
      ['job', 'le'],
    ],
    ['a - on (job) b unless c offset 1h', [['a'], ['b'], ['c']], ['job']],
    ['sum(a) by (x) or topk(10, b)', [['a'], ['b']], ['x']],
  ])('are read from %s', (expression, metrics, grouping) => {
    expect(readExpression(expression)).toEqual({
      metrics: metrics.map(([name, ...labels]) => ({ name, labels })),
      grouping,
    })
  })

  it('are not guessed where a metric goes unnamed', () => {
    expect(() => readExpression('{job="a"}')).toThrow('labels of no metric')
  })
})
