import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'

/** The files of Swagger UI that the page needs: it brings many more. */
export const SWAGGER_UI_FILES = ['swagger-ui-bundle.js', 'swagger-ui.css', 'favicon-32x32.png'] as const

export type SwaggerUi = { readonly version: string; readonly directory: string }

/** Where the package is installed, and which version of it. */
export function findSwaggerUi(): SwaggerUi {
  const manifest = createRequire(import.meta.url).resolve('swagger-ui-dist/package.json')
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }
  return { version, directory: dirname(manifest) }
}
