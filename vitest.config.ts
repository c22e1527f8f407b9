import { pathToFileURL } from 'node:url'
import { defineConfig, type Plugin } from 'vitest/config'

/**
 * Worker threads cannot load TypeScript on Node 20, so a module that starts one is given the URL of its
 * built twin: `npm test` builds first.
 */
const builtWorkers = (): Plugin => ({
  name: 'built-workers',
  transform(code, id) {
    if (!/new Worker\(|start(Port)?Thread\(/.test(code) || !id.startsWith(import.meta.dirname)) return null
    const built = id.replace(import.meta.dirname, `${import.meta.dirname}/dist`).replace(/\.ts$/, '.js')
    return code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(built).href))
  },
})

const project = (name: string, include: string[], timeoutMs: number) => ({
  plugins: [builtWorkers()],
  test: {
    name,
    include,
    globalSetup: 'test/support/secrets/search-output.ts',
    setupFiles: ['test/support/random-values.ts', 'test/support/end-processes.ts'],
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    // What is waited for comes, however busy the machine is. It is longer only where a test fails.
    expect: { poll: { timeout: 60_000 } },
    pool: 'forks' as const,
    maxWorkers: 2,
  },
})

/** Where to leave the results for a machine to add up; none by default. */
const json = process.env['VITEST_JSON']

export default defineConfig({
  test: {
    ...(json && { reporters: ['default', 'json'], outputFile: { json } }),
    projects: [
      project('unit', ['test/**/*.test.ts'], 400_000),
      project('integration', ['test/**/*.integration.ts'], 1_200_000),
    ],
  },
})
