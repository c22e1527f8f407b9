import type { RequestHandler } from 'express'
import { HttpRefusal } from './http-refusal.ts'

/** Has a body read, and gives up on it after a while: the connection ends with the refusal. */
export const readWithin =
  (read: RequestHandler, timeoutMs: number): RequestHandler =>
  (request, response, next) => {
    let isOver = false
    const finish = (error?: unknown): void => {
      if (isOver) return
      isOver = true
      clearTimeout(timer)
      next(error)
    }
    const timer = setTimeout(() => {
      response.shouldKeepAlive = false
      finish(new HttpRefusal(408, 'request_timeout', 'the request took too long to come'))
    }, timeoutMs)
    void read(request, response, finish)
  }
