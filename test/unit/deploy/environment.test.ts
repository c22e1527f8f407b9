import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../services/config/config.ts'
import {
  baseEnvironment,
  clusterEnvironment,
  composeEnvironment,
  type Environment,
  imageEnvironment,
  productionEnvironment,
} from '../../support/deploy/deployed-environments.ts'

/** Read by Node's libraries and by SQLite. */
const NOT_OURS = ['NODE_ENV', 'SQLITE_TMPDIR']

/** Read by whoever opens the log. */
const BY_THE_LOG = ['EVENTSTORE_URL']

/** Configures the service, and tells what it has looked for. @throws InvalidConfig */
function configure(environment: Environment) {
  const asked = new Set<string>()
  const config = loadConfig(
    new Proxy<NodeJS.ProcessEnv>(
      { ...environment },
      {
        get: (variables, name) => {
          asked.add(String(name))
          return variables[String(name)]
        },
      },
    ),
  )
  return { config, unread: Object.keys(environment).filter((name) => !asked.has(name)) }
}

describe('what deployments set', () => {
  it.each([
    ['docker-compose.yml', { ...imageEnvironment(), ...composeEnvironment('framelog') }],
    ['its projector', { ...imageEnvironment(), ...composeEnvironment('projector') }],
    ['the base of Kubernetes', { ...imageEnvironment(), ...baseEnvironment() }],
    ['its overlay for production', { ...imageEnvironment(), ...productionEnvironment() }],
    ['its overlay for a cluster', { ...imageEnvironment(), ...clusterEnvironment() }],
  ])('configures the service, and is read by it: %s', (_where, environment) => {
    const { config, unread } = configure(environment)
    expect(unread.filter((name) => !BY_THE_LOG.includes(name)).sort()).toEqual(
      NOT_OURS.filter((name) => name in environment),
    )
    expect(config).toMatchObject({ HOST: '0.0.0.0', PORT: 8000, DATA_DIR: '/data' })
  })

  it('opens the image to others only where that is said by name', () => {
    expect(() => configure(imageEnvironment())).toThrow('ALLOW_UNAUTHENTICATED=true')
  })
})
