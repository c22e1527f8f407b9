import { describe, expect, it } from 'vitest'
import { filesBelow, readManifests } from '../../support/deploy/deploy-files.ts'

type Manifest = { kind: string; data?: unknown; [field: string]: unknown }

const manifests: Manifest[] = filesBelow('deploy/kubernetes')
  .flatMap(readManifests)
  .filter((manifest) => manifest?.kind !== undefined)
const statefulSets = manifests.filter(({ kind }) => kind === 'StatefulSet')

type Workload = {
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly replicas: number
    readonly template: {
      readonly spec: {
        readonly securityContext: object
        readonly containers: readonly { readonly args: string[]; readonly securityContext: object }[]
      }
    }
  }
}
const inFolder = (folder: string): Manifest[] =>
  filesBelow(`deploy/kubernetes/${folder}`).flatMap(readManifests)
const named = (each: readonly Manifest[], kind: string): Workload[] =>
  each.filter((manifest) => manifest.kind === kind) as unknown as Workload[]

const [base] = readManifests('deploy/kubernetes/base/stateful-set.yaml') as [Workload]
const [pods] = readManifests('deploy/kubernetes/apart/pods.yaml') as [Workload]
const apart = inFolder('apart').filter((manifest) => manifest?.kind !== undefined)

describe('the manifests for Kubernetes', () => {
  it('hold no secret, and refer to one', () => {
    expect(manifests.filter(({ kind }) => kind === 'Secret')).toEqual([])
    const variables = statefulSets.flatMap((set) => secretVariables(set))
    expect(variables.length).toBeGreaterThan(0)
    expect(variables.filter(({ value }) => value !== undefined)).toEqual([])
  })

  it('have one process on SQLite, and no other way to have more', () => {
    expect(base.spec.replicas).toBe(1)
    const kinds = inFolder('base').map(({ kind }) => kind)
    expect(kinds).not.toContain('HorizontalPodAutoscaler')
  })

  it('run each service in two pods, which may be drained one after the other', () => {
    const services = named(apart, 'StatefulSet').filter(({ metadata }) => metadata.name !== 'framelog')
    expect(services.map(({ spec }) => spec.template.spec.containers.map(({ args }) => args))).toEqual(
      ['api', 'deletion', 'projector', 'relay', 'webhooks'].map((service) => [['serve', service]]),
    )
    expect(services.map(({ spec }) => spec.replicas)).toEqual([2, 2, 2, 2, 2])
    const names = services.map(({ metadata }) => metadata.name)
    expect(named(apart, 'PodDisruptionBudget').map(({ metadata }) => metadata.name)).toEqual(names)
    expect(apart.filter(({ kind }) => kind === 'HorizontalPodAutoscaler')).toMatchObject([
      { spec: { scaleTargetRef: { kind: 'StatefulSet', name: 'framelog-api' }, minReplicas: 2 } },
    ])
  })

  it.each([
    ['of one process', base],
    ['of services apart', pods],
  ])('give the pods %s no more rights than they need', (_of, { spec }) => {
    const { securityContext, containers } = spec.template.spec
    expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
    expect(containers.map((container) => container.securityContext)).toEqual([
      { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    ])
  })
})

type Variable = { name: string; value?: string }

function secretVariables(set: Manifest): Variable[] {
  const { spec } = set as unknown as { spec: { template: { spec: { containers: { env?: Variable[] }[] } } } }
  return spec.template.spec.containers
    .flatMap(({ env = [] }) => env)
    .filter(({ name }) => /SECRET|PASSWORD|ACCESS_KEY|USERNAME/.test(name))
}
