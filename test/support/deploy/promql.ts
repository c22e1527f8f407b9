/** A metric where an expression of PromQL names it, and the labels it is chosen by there. */
export type NamedMetric = { readonly name: string; readonly labels: readonly string[] }

export type Expression = {
  readonly metrics: readonly NamedMetric[]
  /** Labels of `by`, `without`, `on`, `ignoring` and `group_…`. */
  readonly grouping: readonly string[]
}

/** Strings, ranges and durations are read over; what is left is names, numbers and signs. */
const TOKEN = /"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[a-zA-Z_:][\w:]*|\d[\w.]*|\S/g
const NAME = /^[a-zA-Z_:]/
const TAKES_LABELS = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right'])
const OPERATORS = new Set(['and', 'or', 'unless', 'offset', 'bool', 'atan2'])
const AGGREGATIONS = new Set(['sum', 'min', 'max', 'avg', 'count', 'topk', 'bottomk', 'quantile', 'stddev'])

/** What an expression names. It takes what is written here: `sum by (a) (x)`, not `sum(x) by (a)`, is the same to it. */
export function readExpression(expression: string): Expression {
  const tokens: readonly string[] = expression.match(TOKEN) ?? []
  const metrics: NamedMetric[] = []
  const grouping: string[] = []
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at]!
    const next = tokens[at + 1]
    if (token === '{') throw new Error(`labels of no metric: ${expression}`)
    if (!NAME.test(token) || OPERATORS.has(token)) continue
    if (TAKES_LABELS.has(token)) {
      const end = tokens.indexOf(')', at)
      grouping.push(...namesIn(tokens.slice(at + 1, end)))
      at = end
    } else if (next === '{') {
      const end = tokens.indexOf('}', at)
      metrics.push({ name: token, labels: namesIn(tokens.slice(at + 1, end)) })
      at = end
    } else if (next !== '(' && !AGGREGATIONS.has(token)) {
      metrics.push({ name: token, labels: [] })
    }
  }
  return { metrics, grouping }
}

const namesIn = (tokens: readonly string[]): string[] => tokens.filter((token) => NAME.test(token))
