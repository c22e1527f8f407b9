import { describe, expect, it } from 'vitest'
import { readText, readYaml } from '../../support/deploy/deploy-files.ts'
import { knownSeries } from '../../support/deploy/known-metrics.ts'
import { alertRules, dashboards, observedExpressions } from '../../support/deploy/observed-expressions.ts'
import { readExpression } from '../../support/deploy/promql.ts'

/** What Prometheus adds to each series. */
const ADDED = ['job', 'instance']
const known = knownSeries().set('up', [])
const SEVERITIES = new Set(['critical', 'warning', 'info'])

describe('alerts and dashboards', () => {
  it.each(observedExpressions())('$where uses metrics and labels that are there', ({ expr, toldLabels }) => {
    const { metrics, grouping } = readExpression(expr)
    expect(metrics.filter(({ name }) => !known.has(name))).toEqual([])
    expect(metrics.length).toBeGreaterThan(0)
    const labelsOf = (name: string) => [...ADDED, ...(known.get(name) ?? [])]
    for (const { name, labels } of metrics) {
      expect(labels.filter((label) => !labelsOf(name).includes(label))).toEqual([])
    }
    const available = new Set(metrics.flatMap(({ name }) => labelsOf(name)))
    expect([...grouping, ...toldLabels].filter((label) => !available.has(label))).toEqual([])
  })

  it('have each alert tried, and told of in the guide', () => {
    const tried = new Set<string>(
      readYaml('deploy/observability/alerts.test.yml').tests.flatMap(
        (test: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }) =>
          test.alert_rule_test.filter((each) => each.exp_alerts.length > 0).map((each) => each.alertname),
      ),
    )
    const guide = readText('docs/operations.md')
    const names = alertRules().map(({ alert }) => alert)
    expect(names.filter((name) => !tried.has(name))).toEqual([])
    expect(names.filter((name) => !guide.includes(`| \`${name}\` |`))).toEqual([])
    expect(new Set(names).size).toBe(names.length)
  })

  it('have a known severity', () => {
    expect(alertRules().filter(({ labels }) => !SEVERITIES.has(labels.severity))).toEqual([])
  })

  it('show every metric of Framelog somewhere', () => {
    const shown = new Set(
      observedExpressions().flatMap(({ expr }) =>
        readExpression(expr).metrics.map(({ name }) => familyOf(name)),
      ),
    )
    const ours = [...known.keys()].filter((name) => name.startsWith('framelog_')).map(familyOf)
    expect(ours.filter((name) => !shown.has(name))).toEqual([])
  })

  it('have panels that are told apart', () => {
    for (const { title, panels } of dashboards()) {
      const titles = panels.map((panel) => panel.title)
      expect([title, new Set(titles).size]).toEqual([title, titles.length])
    }
  })

  it('are all handed to Grafana in a cluster', () => {
    const { configMapGenerator } = readYaml('deploy/observability/kustomization.yaml')
    expect(configMapGenerator[0].files).toHaveLength(dashboards().length)
  })
})

/** A histogram is one metric, with several series. */
function familyOf(name: string): string {
  const family = name.replace(/_(bucket|sum|count)$/, '')
  return known.has(`${family}_bucket`) ? family : name
}
