import type { Context } from 'hono';
import { DomainError } from '../../../core/errors.ts';
import { PromqlError } from '../../../core/promql/promql-error.ts';
import { contextOf, type DataPlane, type DataPlaneEnv } from '../../shared/http/data-plane.ts';
import { textBody } from '../../shared/http/text-body.ts';
import type { Operations } from '../operations/operations.ts';

type Handler = (c: Context<DataPlaneEnv>, parameters: URLSearchParams) => Promise<unknown>;

/** Where Grafana's Prometheus data source asks: its own API, over what is stored here. */
export function addPrometheusRoutes(plane: DataPlane, { metricQueries }: Pick<Operations, 'metricQueries'>): void {
  const scope = 'monitoring:read';
  const add = (path: string, handle: Handler, methods: readonly ('GET' | 'POST')[] = ['GET', 'POST']): void => {
    for (const method of methods) {
      plane.route({ method, path: `/api/v1${path}`, scope, role: 'viewer' }, (c) => answered(c, handle));
    }
  };
  add('/query', (c, given) =>
    metricQueries.instant(contextOf(c), { query: required(given, 'query'), time: given.get('time') }),
  );
  add('/query_range', (c, given) =>
    metricQueries.range(contextOf(c), {
      query: required(given, 'query'),
      start: required(given, 'start'),
      end: required(given, 'end'),
      step: required(given, 'step'),
    }),
  );
  add('/labels', (c, given) => metricQueries.labels(contextOf(c), selection(given)));
  add('/series', (c, given) => metricQueries.series(contextOf(c), selection(given)));
  add(
    '/label/:name/values',
    (c, given) => metricQueries.values(contextOf(c), c.req.param('name') ?? '', selection(given)),
    ['GET'],
  );
  add('/metadata', () => Promise.resolve({}), ['GET']);
  add('/status/buildinfo', () => Promise.resolve({ version: '2.42.0', application: 'tiffin' }), ['GET']);
}

const selection = (given: URLSearchParams) => ({
  match: given.getAll('match[]'),
  start: given.get('start'),
  end: given.get('end'),
});

function required(given: URLSearchParams, field: string): string {
  const value = given.get(field);
  if (value !== null && value !== '') return value;
  throw new DomainError('INVALID_INPUT', `${field}: is missing`, { field });
}

/** Prometheus's form of an answer, and of what went wrong. */
async function answered(c: Context<DataPlaneEnv>, handle: Handler): Promise<Response> {
  try {
    return c.json({ status: 'success', data: await handle(c, await parametersOf(c)) });
  } catch (error) {
    if (error instanceof PromqlError) {
      const type = error.fault === 'execution' ? 'execution' : 'bad_data';
      return c.json({ status: 'error', errorType: type, error: error.message }, type === 'execution' ? 422 : 400);
    }
    if (!(error instanceof DomainError)) throw error;
    return c.json({ status: 'error', errorType: 'bad_data', error: error.message }, 400);
  }
}

/** Of a POST in its body, as Grafana sends them. */
async function parametersOf(c: Context<DataPlaneEnv>): Promise<URLSearchParams> {
  const given = new URL(c.req.url).searchParams;
  if (c.req.method === 'POST')
    for (const [name, value] of new URLSearchParams(await textBody(c))) given.append(name, value);
  return given;
}
