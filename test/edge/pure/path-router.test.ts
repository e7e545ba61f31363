import * as fc from 'fast-check';
import { RegExpRouter } from 'hono/router/reg-exp-router';
import { expect, it } from 'vitest';
import { PathRouter } from '../../../edge/http/path-router.ts';

const ROUTES = [
  ['GET', '/health/live'],
  ['GET', '/openapi.json'],
  ['POST', '/v1/predict/:endpoint'],
  ['POST', '/v1/predict/:endpoint/batch'],
  ['GET', '/v2'],
  ['GET', '/v2/models/:model'],
  ['GET', '/v2/models/:model/ready'],
  ['GET', '/v2/models/:model/versions/:version'],
  ['POST', '/v2/models/:model/versions/:version/infer'],
] as const;
const PARTS = [
  'health',
  'live',
  'openapi.json',
  'openapixjson',
  'v1',
  'v2',
  'predict',
  'models',
  'a b',
  '%2F',
  'ready',
];
const LATER = ['batch', 'versions', '1', 'infer', '', 'ALL', ':model'];

it('finds what the router of Hono finds, with the same parameters', () => {
  const routers = [new PathRouter<string>(), new RegExpRouter<string>()] as const;
  for (const router of routers) {
    router.add('ALL', '/*', 'before');
    for (const [method, path] of ROUTES) router.add(method, path, `${method} ${path}`);
  }
  const foundBy = (router: PathRouter<string> | RegExpRouter<string>, method: string, path: string): unknown => {
    const [handlers, values] = router.match(method, path);
    return handlers.map(([handler, params]) => [
      handler,
      Object.fromEntries(Object.entries(params).map(([name, at]) => [name, values ? values[at as number] : at])),
    ]);
  };
  let withParameters = 0;
  const path = fc.array(fc.constantFrom(...PARTS, ...LATER), { maxLength: 6 }).map((parts) => `/${parts.join('/')}`);
  const known = fc.constantFrom(...ROUTES).map(([, one]) => one.replace(':model', 'a%20b').replace(/:\w+/, 'x'));
  fc.assert(
    fc.property(fc.constantFrom('GET', 'POST', 'PUT'), fc.oneof(path, known), (method, one) => {
      const found = foundBy(routers[0], method, one);
      if (JSON.stringify(found).includes('":"')) withParameters++;
      expect(found).toEqual(foundBy(routers[1], method, one));
    }),
    { numRuns: 2_000 },
  );
  expect(withParameters).toBeGreaterThan(100);
});
