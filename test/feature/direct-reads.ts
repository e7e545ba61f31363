import { ControlPlane } from '../../edge/control-plane/control-plane.ts';
import { NodeRedisSource } from '../../edge/adapters/node/redis-source.ts';
import { DirectFeatureReader } from '../../edge/features/direct-reader.ts';
import type { FeatureReader } from '../../edge/features/feature-reader.ts';
import { HttpFeatureReader } from '../../edge/features/http-reader.ts';
import { RedisFeatureReader } from '../../edge/features/redis-reader.ts';
import { ServiceLayouts } from '../../edge/features/service-layouts.ts';
import { atEnd } from '../support/at-end.ts';
import type { FeatureHarness } from '../support/feature.ts';
import { testKeys } from '../support/keys.ts';
import type { TestRedis } from '../support/redis.ts';

/** The account that docs/deploying.md gives to edges. */
export const EDGE_ACCOUNT = [
  'on',
  '>of-the-edges',
  'resetkeys',
  '%R~tiffin:2:*',
  '-@all',
  '+mget',
  '+ping',
  '+cluster|slots',
  '+cluster|info',
];
const NAME = 'tiffin-edge';

export const giveAccount = ({ client }: TestRedis): Promise<unknown> => client.acl('SETUSER', NAME, ...EDGE_ACCOUNT);
export const urlOfEdge = ({ url }: TestRedis): string => url.replace('redis://', `redis://${NAME}:of-the-edges@`);

export interface EdgeReaders {
  /** As an edge without Redis reads: through the feature server. */
  readonly server: FeatureReader;
  /** As one with it reads. */
  readonly direct: FeatureReader;
  /** What it has said: a failure, or that all is well again. */
  readonly said: ('AWAY' | 'BACK')[];
}

/** The readers of an edge on Node, on the app of a feature subgraph. */
export function edgeReaders(feature: FeatureHarness, urls: readonly string[]): EdgeReaders {
  const control = new ControlPlane({
    url: 'http://feature',
    key: testKeys.with('feature:read'),
    fetch: async (url, init) => feature.subgraph.app.request(new Request(url, init)),
  });
  const server = new HttpFeatureReader(control, { timeoutMs: 10_000 });
  const source = new NodeRedisSource(urls);
  atEnd(() => source.close());
  const layouts = new ServiceLayouts(control, { timeoutMs: 10_000 });
  const redis = new RedisFeatureReader({
    source,
    planOf: (service) => layouts.planOf(service),
    nowMs: () => feature.clock.at.getTime(),
  });
  const said: ('AWAY' | 'BACK')[] = [];
  const direct = new DirectFeatureReader({
    redis,
    server,
    monotonicMs: () => performance.now(),
    onChange: (failure) => said.push(failure === null ? 'BACK' : 'AWAY'),
  });
  return { server, direct, said };
}
