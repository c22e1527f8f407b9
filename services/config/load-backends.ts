import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parse } from 'yaml'
import type { z } from 'zod'
import { type BackendConfig, BackendsFile, type S3BackendConfig } from './backend-config.ts'
import { InvalidConfig } from './invalid-config.ts'
import { s3FromVariables } from './s3-variables.ts'
import { stableUuid } from './stable-uuid.ts'

/**
 * The Storage Backends that are configured: those of the file STORAGE_BACKENDS names; else the bucket that
 * S3_BUCKET_NAME names; else a folder in the data directory.
 * @throws InvalidConfig naming each field that is wrong, and no secret
 */
export function loadBackends(environment: NodeJS.ProcessEnv, dataDir: string): readonly BackendConfig[] {
  const path = environment['STORAGE_BACKENDS']
  if (path !== undefined) return backendsOfFile(path, environment)
  if (environment['S3_BUCKET_NAME'] === undefined) return [localBackend(dataDir)]
  const { success, data, error } = s3FromVariables(environment)
  if (success) return [data]
  throw invalid('these environment variables are wrong', error, (path) => path.join('.'))
}

const localBackend = (dataDir: string): BackendConfig => ({
  type: 'filesystem',
  id: stableUuid('framelog local storage'),
  label: 'local',
  directory: join(dataDir, 'media'),
  default: true,
})

function backendsOfFile(path: string, environment: NodeJS.ProcessEnv): readonly BackendConfig[] {
  const { success, data, error } = BackendsFile.safeParse(parsedFile(path))
  if (!success) throw invalid(`STORAGE_BACKENDS: ${path} is wrong`, error, fieldOf)
  return data.map((backend, index) => {
    // The only one is the default whether it says so or not.
    const shared = data.length === 1 ? { default: true } : {}
    if (backend.type === 's3') return { ...withCredentials(backend, path, index, environment), ...shared }
    return { ...backend, directory: resolve(dirname(path), backend.directory), ...shared }
  })
}

/** JSON is YAML too. */
function parsedFile(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new InvalidConfig(`STORAGE_BACKENDS: ${path} cannot be read: ${reason}`)
  }
}

type S3Entry = Extract<z.infer<typeof BackendsFile>[number], { type: 's3' }>

function withCredentials(
  { access_key_id_env, secret_access_key_env, session_token_env, ...backend }: S3Entry,
  path: string,
  index: number,
  environment: NodeJS.ProcessEnv,
): S3BackendConfig {
  const read = (field: string, variable: string): string => {
    const value = environment[variable]
    if (value) return value
    const fault = `${fieldOf([index, field])}: the environment variable ${variable} is not set`
    throw new InvalidConfig(`STORAGE_BACKENDS: ${path} is wrong:\n  ${fault}`)
  }
  if (access_key_id_env === undefined || secret_access_key_env === undefined) return backend
  const credentials = {
    accessKeyId: read('access_key_id_env', access_key_id_env),
    secretAccessKey: read('secret_access_key_env', secret_access_key_env),
    ...(session_token_env !== undefined && {
      sessionToken: read('session_token_env', session_token_env),
    }),
  }
  return { ...backend, credentials }
}

function invalid(
  what: string,
  { issues }: z.ZodError,
  nameOf: (path: readonly PropertyKey[]) => string,
): InvalidConfig {
  const faults = issues.map(({ path, message }) => `  ${nameOf(path)}: ${message}`)
  return new InvalidConfig(`${what}:\n${faults.join('\n')}`)
}

/** E.g. `backend 2, bucket`: people count from one. */
function fieldOf([index, ...rest]: readonly PropertyKey[]): string {
  if (index === undefined) return 'the list'
  const backend = `backend ${Number(index) + 1}`
  return rest.length === 0 ? backend : `${backend}, ${rest.join('.')}`
}
