import { z } from 'zod'
import {
  BucketName,
  DEFAULT_REGION,
  EndpointUrl,
  RegionName,
  type S3BackendConfig,
} from './backend-config.ts'
import { stableUuid } from './stable-uuid.ts'

/** One bucket, for where that is all the storage there is. */
const S3Variables = z
  .object({
    S3_BUCKET_NAME: BucketName,
    /** With or without a scheme. */
    S3_ENDPOINT_URL: z.string().min(1).optional(),
    S3_PUBLIC_ENDPOINT_URL: EndpointUrl.optional(),
    S3_REGION: RegionName.default(DEFAULT_REGION),
    S3_ACCESS_KEY_ID: z.string().min(1).optional(),
    S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
    S3_USE_SSL: z.stringbool().optional(),
    S3_PATH_STYLE: z.stringbool().optional(),
    S3_ETAG_IS_MD5: z.stringbool().optional(),
  })
  .refine((env) => !env.S3_ACCESS_KEY_ID === !env.S3_SECRET_ACCESS_KEY, {
    path: ['S3_SECRET_ACCESS_KEY'],
    error: 'must be given together with S3_ACCESS_KEY_ID',
  })
  .refine(({ S3_ENDPOINT_URL: endpoint }) => endpoint === undefined || isEndpoint(endpoint), {
    path: ['S3_ENDPOINT_URL'],
    error: 'must be an http or https URL, or a host and port',
  })
  .refine((env) => env.S3_USE_SSL === undefined || isSecure(env) === env.S3_USE_SSL, {
    path: ['S3_USE_SSL'],
    error: 'contradicts the endpoint: S3_ENDPOINT_URL says http or https, and is https where it is not given',
  })
  .transform(toBackend)

type Endpoint = { readonly S3_ENDPOINT_URL?: string | undefined; readonly S3_USE_SSL?: boolean | undefined }

/** @returns the backend that the S3_ variables describe, or what is wrong with them */
export const s3FromVariables = (environment: NodeJS.ProcessEnv) => S3Variables.safeParse(environment)

/**
 * The id comes from the bucket's name alone: objects stay where they are when the same bucket is reached
 * another way.
 */
function toBackend(
  env: Endpoint & {
    readonly S3_BUCKET_NAME: string
    readonly S3_PUBLIC_ENDPOINT_URL?: string | undefined
    readonly S3_REGION: string
    readonly S3_ACCESS_KEY_ID?: string | undefined
    readonly S3_SECRET_ACCESS_KEY?: string | undefined
    readonly S3_PATH_STYLE?: boolean | undefined
    readonly S3_ETAG_IS_MD5?: boolean | undefined
  },
): S3BackendConfig {
  const { S3_BUCKET_NAME: bucket, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = env
  return {
    type: 's3',
    id: stableUuid(`framelog s3 storage ${bucket}`),
    label: 's3',
    bucket,
    endpoint: endpointOf(env),
    public_endpoint: env.S3_PUBLIC_ENDPOINT_URL,
    region: env.S3_REGION,
    path_style: env.S3_PATH_STYLE,
    etag_is_md5: env.S3_ETAG_IS_MD5,
    default: true,
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && { credentials: { accessKeyId, secretAccessKey } }),
  }
}

const HAS_SCHEME = /^[a-z]+:\/\//i

function endpointOf({ S3_ENDPOINT_URL: endpoint, S3_USE_SSL: isSecure }: Endpoint): string | undefined {
  if (endpoint === undefined || HAS_SCHEME.test(endpoint)) return endpoint
  return `${isSecure === false ? 'http' : 'https'}://${endpoint}`
}

const isEndpoint = (text: string): boolean => {
  const url = endpointOf({ S3_ENDPOINT_URL: text })
  return EndpointUrl.safeParse(url).success
}

const isSecure = (endpoint: Endpoint): boolean => endpointOf(endpoint)?.startsWith('http:') !== true
