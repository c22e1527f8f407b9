import { readText, readYaml } from './deploy-files.ts'

export type Environment = Readonly<Record<string, string>>

type Variable = { name: string; value?: string; valueFrom?: { secretKeyRef: { name: string; key: string } } }

/** Stands for what secrets hold: long enough for each of them. */
const SECRET = 'a-secret-of-thirty-two-characters-or-more'
const URL_WITH_SECRET = 'esdb://framelog:a-password@eventstore.example.com:2113'

/** `ENV` of the image. */
export const imageEnvironment = (): Environment => {
  const [, pairs = ''] = /^ENV (.*)$/m.exec(readText('deploy/Dockerfile')) ?? []
  return Object.fromEntries(pairs.split(' ').map((pair) => pair.split('=') as [string, string]))
}

/** What a service gets of the compose file, with its defaults. */
export const composeEnvironment = (service: string): Environment => {
  const { environment } = readYaml('docker-compose.yml').services[service] as { environment: Environment }
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, withDefaults(value)]))
}

/** As compose reads `${NAME:-default}` where nothing is set. */
export const withDefaults = (text: string): string => text.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')

const KUBERNETES = 'deploy/kubernetes'

export const baseEnvironment = (): Environment => ({
  ...readYaml(`${KUBERNETES}/base/config-map.yaml`).data,
  ...variablesOf(`${KUBERNETES}/base/stateful-set.yaml`),
})

export const productionEnvironment = (): Environment => ({
  ...baseEnvironment(),
  ...readYaml(`${KUBERNETES}/overlays/production/config-map.yaml`).data,
  ...variablesOf(`${KUBERNETES}/overlays/production/stateful-set.yaml`),
})

export const clusterEnvironment = (): Environment => ({
  ...readYaml(`${KUBERNETES}/apart/config-map.yaml`).data,
  ...variablesOf(`${KUBERNETES}/apart/pods.yaml`),
  ...readYaml(`${KUBERNETES}/overlays/cluster/config-map.yaml`).data,
  ...variablesOf(`${KUBERNETES}/overlays/cluster/secrets.yaml`),
  EVENTSTORE_URL: 'esdb://eventstore.example.com:2113',
})

const variablesOf = (path: string): Environment => {
  const variables: Variable[] = readYaml(path).spec.template.spec.containers[0].env
  const secretOf = (name: string) => (name === 'EVENTSTORE_URL' ? URL_WITH_SECRET : SECRET)
  return Object.fromEntries(variables.map(({ name, value }) => [name, value ?? secretOf(name)]))
}
