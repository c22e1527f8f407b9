import { filesBelow, readYaml } from './deploy-files.ts'

/** An expression of an alert or a panel, and what its words around it name of its labels. */
export type Observed = { readonly where: string; readonly expr: string; readonly toldLabels: string[] }

type Rule = {
  alert: string
  expr: string
  labels: { severity: string }
  annotations: Record<string, string>
}
type Panel = { title: string; targets: { expr: string; legendFormat: string }[] }
type Variable = { name: string; query: string | { query: string } }
type Dashboard = { title: string; panels: Panel[]; templating: { list: Variable[] } }

export const alertRules = (): Rule[] =>
  readYaml('deploy/observability/alerts.yml').groups.flatMap(({ rules }: { rules: Rule[] }) => rules)

export const dashboards = (): Dashboard[] =>
  filesBelow('deploy/observability/grafana/dashboards').map(readYaml)

export const observedExpressions = (): Observed[] => [
  ...alertRules().map(({ alert, expr, annotations }) => ({
    where: alert,
    expr,
    toldLabels: matches(Object.values(annotations).join(), /\$labels\.(\w+)/g),
  })),
  ...dashboards().flatMap(({ title, panels, templating }) => [
    ...panels.flatMap((panel) =>
      panel.targets.map(({ expr, legendFormat }) => ({
        where: `${title}, ${panel.title}`,
        expr,
        toldLabels: matches(legendFormat, /\{\{(\w+)\}\}/g),
      })),
    ),
    ...templating.list.flatMap(({ name, query }) => {
      const [, expr, label] =
        /^label_values\((.*), (\w+)\)$/.exec(typeof query === 'string' ? '' : query.query) ?? []
      return expr && label ? [{ where: `${title}, $${name}`, expr, toldLabels: [label] }] : []
    }),
  ]),
]

const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1]!)
