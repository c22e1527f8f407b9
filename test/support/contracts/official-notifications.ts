import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { readOfficialDocument, readSchema, schemaNames } from './tams-specification.ts'

const OFFICIAL = 'https://tams.test/document'

type Webhooks = Record<
  string,
  {
    readonly post: { readonly requestBody: { readonly content: Record<string, { readonly schema: object }> } }
  }
>

/** @returns what is wrong with the body of a notification, by the official document */
export function officialNotifications(): (type: string, body: unknown) => readonly string[] {
  const document = readOfficialDocument()
  const ajv = new Ajv2020({ strict: false, validateSchema: false })
  formats.default(ajv)
  for (const name of schemaNames()) ajv.addSchema(readSchema(name), new URL(`schemas/${name}`, OFFICIAL).href)
  const webhooks = document['webhooks'] as Webhooks
  const validators = new Map(
    Object.entries(webhooks).map(([type, { post }]) => {
      const { schema } = post.requestBody.content['application/json']!
      return [type, ajv.compile({ ...schema, $id: new URL(`${type.replace('/', '-')}`, OFFICIAL).href })]
    }),
  )
  return (type, body) => {
    const validate = validators.get(type)
    if (!validate) return [`there is no ${type}`]
    return validate(body)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
  }
}
