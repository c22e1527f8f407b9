import { describe, expect, it } from 'vitest'
import { readText, readYaml } from '../../support/deploy/deploy-files.ts'

const dockerfile = readText('deploy/Dockerfile')
const { version, bin, license } = readYaml('package.json')

/** What is copied from the project, rather than from a stage before. */
const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, sources]) =>
  sources!.split(' '),
)

describe('the image', () => {
  it('gets what is copied into it past .dockerignore, and nothing else', () => {
    const allowed = readText('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1))
    expect([...new Set(copied)].sort()).toEqual(allowed.sort())
  })

  it('runs what the package does, under its version', () => {
    expect(dockerfile).toContain(`ENTRYPOINT ["node", "${bin.framelog}"]`)
    expect(dockerfile).toContain(`ARG VERSION=${version}\n`)
    expect(dockerfile).toContain(`org.opencontainers.image.licenses="${license}"`)
    const { images } = readYaml('deploy/kubernetes/overlays/production/kustomization.yaml')
    expect(images).toEqual([{ name: 'framelog', newName: 'registry.example.com/framelog', newTag: version }])
  })

  it('does not run as root', () => {
    expect(dockerfile.match(/^USER .*$/gm)).toEqual(['USER 1000:1000'])
  })
})
