import type { JsonObject } from './json.ts'

/** The ways callers may say who they are that a service takes. */
export type Ways = { readonly bearer: boolean; readonly urlToken: boolean; readonly basic: boolean }

type Scheme = { readonly name: string; readonly way: keyof Ways; readonly scheme: JsonObject }

/** Under TAMS's names, in its order. */
const SCHEMES: readonly Scheme[] = [
  {
    name: 'bearer_token_auth',
    way: 'bearer',
    scheme: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'A JWT of the issuer that this service believes, as OAuth 2 hands them out.',
    },
  },
  {
    name: 'url_token_auth',
    way: 'urlToken',
    scheme: {
      type: 'apiKey',
      in: 'query',
      name: 'access_token',
      description: 'The same token in the URL, where no header can be set. Links in answers come without it.',
    },
  },
  {
    name: 'basic_auth',
    way: 'basic',
    scheme: { type: 'http', scheme: 'basic', description: 'A user of this service, and a password.' },
  },
]

const taken = (ways: Ways) => SCHEMES.filter(({ way }) => ways[way])

export const securitySchemes = (ways: Ways): JsonObject =>
  Object.fromEntries(taken(ways).map(({ name, scheme }) => [name, scheme]))

/** Any one of them is enough. */
export const securityOf = (ways: Ways): readonly JsonObject[] =>
  taken(ways).map(({ name }) => ({ [name]: [] }))
