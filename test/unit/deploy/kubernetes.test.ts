import { describe, expect, it } from 'vitest'
import { filesBelow, readManifests } from '../../support/deploy/deploy-files.ts'

type Manifest = { kind: string; data?: unknown; [field: string]: unknown }

const manifests: Manifest[] = filesBelow('deploy/kubernetes')
  .flatMap(readManifests)
  .filter((manifest) => manifest?.kind !== undefined)
const statefulSets = manifests.filter(({ kind }) => kind === 'StatefulSet')

/** The base comes first, as its folder does. */
const [base] = statefulSets as unknown as [
  {
    spec: {
      replicas: number
      template: { spec: { securityContext: object; containers: { securityContext: object }[] } }
    }
  },
]

describe('the manifests for Kubernetes', () => {
  it('hold no secret, and refer to one', () => {
    expect(manifests.filter(({ kind }) => kind === 'Secret')).toEqual([])
    const variables = statefulSets.flatMap((set) => secretVariables(set))
    expect(variables.length).toBeGreaterThan(0)
    expect(variables.filter(({ value }) => value !== undefined)).toEqual([])
  })

  it('have one process to a data directory', () => {
    expect(base.spec.replicas).toBe(1)
    expect(
      manifests.filter(({ kind }) => kind === 'Deployment' || kind === 'HorizontalPodAutoscaler'),
    ).toEqual([])
  })

  it('give the process no more rights than it needs', () => {
    const { securityContext, containers } = base.spec.template.spec
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
