import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { type RequestHandler, Router } from 'express'
import { asyncapiDocument } from '../../../contracts/events/public/asyncapi.ts'
import type { OpenapiDocument } from '../../../contracts/http/openapi.ts'
import { apiInfo } from '../../../contracts/operations/api-info.ts'
import { DOCS_POLICY, docsPage, START_SCRIPT } from './docs-page.ts'
import { findSwaggerUi, SWAGGER_UI_FILES } from './swagger-ui.ts'

/** A year: the path of such a file names its version. */
const FOREVER_MS = 365 * 24 * 3600 * 1000

/** Where people read it. */
export const DOCS_PATHS = [
  { method: 'get', path: '/docs' },
  { method: 'get', path: '/redoc' },
] as const

/**
 * Serves the OpenAPI document, the AsyncAPI document beside it, and at `/docs` a page that shows it and tries it out. All of it comes from
 * here: nothing is fetched from elsewhere.
 */
export function openapiRouter(document: OpenapiDocument): Router {
  const { version, directory } = findSwaggerUi()
  const page = docsPage(document.info.title, `docs/${version}`)
  const router = Router({ strict: true })

  router.get('/openapi.json', constant('application/json', JSON.stringify(document)))
  router.get('/asyncapi.json', constant('application/json', JSON.stringify(asyncapiDocument(apiInfo))))
  router.get('/docs', constant('text/html', page, { 'Content-Security-Policy': DOCS_POLICY }))
  router.get('/docs/start.js', constant('text/javascript', START_SCRIPT))
  for (const file of SWAGGER_UI_FILES) {
    const path = join(directory, file)
    router.get(`/docs/${version}/${file}`, (_request, response) => {
      response.sendFile(path, { maxAge: FOREVER_MS, immutable: true })
    })
  }

  // Relative, as all links of the page are.
  router.get('/docs/', (_request, response) => response.redirect(308, '../docs'))
  router.get('/redoc', (_request, response) => response.redirect(308, 'docs'))
  return router
}

/** Answers with a text that stays the same while this process lives: clients keep it, and ask by its ETag. */
function constant(contentType: string, text: string, more: Record<string, string> = {}): RequestHandler {
  const body = Buffer.from(text)
  const headers = {
    'Content-Type': `${contentType}; charset=utf-8`,
    'Cache-Control': 'no-cache',
    'X-Content-Type-Options': 'nosniff',
    // Pages of other origins may read it: a cache must not give them the answer of who is none.
    Vary: 'Origin',
    ETag: `"${createHash('sha256').update(body).digest('base64url')}"`,
    ...more,
  }
  return (_request, response) => {
    response.set(headers).send(body)
  }
}
