import { describe, expect, it } from 'vitest'
import { loadTracing } from '../../../../services/config/tracing-config.ts'

const ENDPOINT = 'http://collector:4318'

describe('the configuration of traces', () => {
  it.each([
    [{}],
    [{ TRACING_ENABLED: 'false', OTLP_ENDPOINT: ENDPOINT }],
    [{ OTLP_HEADERS: 'authorization=Bearer%20token' }],
  ])('has none with %j', (environment) => expect(loadTracing(environment)).toBeUndefined())

  it('needs no more than where to send them', () =>
    expect(loadTracing({ OTLP_ENDPOINT: `${ENDPOINT}/` })).toEqual({
      url: 'http://collector:4318/v1/traces',
      headers: {},
      ratio: 1,
    }))

  it('reads headers as OTEL_EXPORTER_OTLP_HEADERS has them, and how much is recorded', () =>
    expect(
      loadTracing({
        TRACING_ENABLED: 'true',
        OTLP_ENDPOINT: 'https://collector/v1/traces',
        OTLP_HEADERS: 'authorization=Bearer%20a%3D, x-tenant=studio',
        TRACING_RATIO: '0.1',
      }),
    ).toEqual({
      url: 'https://collector/v1/traces',
      headers: { authorization: 'Bearer a=', 'x-tenant': 'studio' },
      ratio: 0.1,
    }))

  it.each([
    [{ TRACING_ENABLED: 'true' }, 'TRACING_ENABLED'],
    [{ OTLP_ENDPOINT: 'collector:4318' }, 'OTLP_ENDPOINT'],
    [{ OTLP_ENDPOINT: ENDPOINT, TRACING_RATIO: '2' }, 'TRACING_RATIO'],
    [{ OTLP_ENDPOINT: ENDPOINT, OTLP_HEADERS: 'hunter2' }, 'OTLP_HEADERS'],
    [{ OTLP_ENDPOINT: ENDPOINT, OTLP_HEADERS: 'authorization=hunter2%0a' }, 'OTLP_HEADERS'],
  ])('refuses %j by name, and tells no secret', (environment, name) => {
    expect(() => loadTracing(environment)).toThrow(name)
    expect(() => loadTracing(environment)).not.toThrow('hunter2')
  })
})
