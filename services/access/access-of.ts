import type { RequestHandler, Response } from 'express'
import type { Access } from '../../domain/access/access.ts'
import type { AuthClasses } from './auth-classes.ts'
import { principalOf } from './principal.ts'

type Held = { authClasses?: AuthClasses }

/** Has what requests may do depend on the classes of what they ask for. */
export const byAuthClasses =
  (authClasses: AuthClasses): RequestHandler =>
  (_request, response, next) => {
    ;(response.locals as Held).authClasses = authClasses
    next()
  }

/** What a request may do with what is of which class; undefined where it may do everything. */
export const accessOf = (response: Response): Access | undefined =>
  (response.locals as Held).authClasses?.accessOf(principalOf(response))
