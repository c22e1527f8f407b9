import { z } from 'zod'
import { Label } from '../../contracts/resources/free-text.ts'
import { Tags } from '../../contracts/resources/tags.ts'
import { Uuid } from '../../contracts/resources/uuid.ts'

const Name = z.string().min(1).max(1_024)
const VariableName = z
  .string()
  .regex(/^[A-Za-z_]\w*$/, { error: 'must be the name of an environment variable' })

/** As S3 has them, and the letters that other stores and older buckets have besides. */
export const BucketName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/, { error: 'must be the name of a bucket' })

export const RegionName = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, { error: 'must be the name of a region' })

export const EndpointUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .refine((url) => !/[?#@]/.test(url), { error: 'must have no credentials, query or fragment' })

/** Where the region is not said: what stores without regions take, and the first of AWS. */
export const DEFAULT_REGION = 'us-east-1'

const shared = {
  id: Uuid,
  label: Label.min(1).optional(),
  /** Who runs it. */
  provider: Name.optional(),
  product: Name.optional(),
  availability_zone: Name.optional(),
  tags: Tags.optional(),
  default: z.boolean().default(false),
}

const FilesystemBackend = z.strictObject({
  ...shared,
  type: z.literal('filesystem'),
  /** A local disk or a mount. Relative to the file that says it. */
  directory: z.string().min(1),
  region: Name.optional(),
})

const S3Backend = z
  .strictObject({
    ...shared,
    type: z.literal('s3'),
    bucket: BucketName,
    /** Absent: that of AWS. */
    endpoint: EndpointUrl.optional(),
    /** Where clients reach it, if that is elsewhere. */
    public_endpoint: EndpointUrl.optional(),
    region: RegionName.default(DEFAULT_REGION),
    /** Default: where an endpoint is given. */
    path_style: z.boolean().optional(),
    /** Whether entity tags of objects that were sent whole are their MD5. Default: on AWS, which says so. */
    etag_is_md5: z.boolean().optional(),
    access_key_id_env: VariableName.optional(),
    secret_access_key_env: VariableName.optional(),
    session_token_env: VariableName.optional(),
  })
  .refine((backend) => !backend.access_key_id_env === !backend.secret_access_key_env, {
    path: ['secret_access_key_env'],
    error: 'must be given together with access_key_id_env',
  })
  .refine((backend) => !backend.session_token_env || backend.access_key_id_env, {
    path: ['session_token_env'],
    error: 'must be given together with access_key_id_env',
  })

/** What the file that STORAGE_BACKENDS names has to be. docs/storage.md tells of it. */
export const BackendsFile = z
  .array(z.discriminatedUnion('type', [FilesystemBackend, S3Backend]))
  .min(1, { error: 'must have a storage backend' })
  .max(100, { error: 'must have 100 storage backends at most' })
  .refine((backends) => new Set(backends.map(({ id }) => id)).size === backends.length, {
    error: 'must have no id twice',
  })
  .refine((backends) => backends.length === 1 || backends.filter((one) => one.default).length === 1, {
    error: 'must have exactly one backend with default: true',
  })

type Credentials = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export type FilesystemBackendConfig = z.infer<typeof FilesystemBackend>

/** With what its environment variables hold; without credentials: those that AWS's own tools would find. */
export type S3BackendConfig = Omit<
  z.infer<typeof S3Backend>,
  'access_key_id_env' | 'secret_access_key_env' | 'session_token_env'
> & { readonly credentials?: Credentials | undefined }

export type BackendConfig = FilesystemBackendConfig | S3BackendConfig
