import { Field, ID, ObjectType, Query, Resolver } from 'type-graphql';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { Access } from '../../../subgraphs/shared/auth/access.ts';
import { buildFederatedSchema } from '../../../subgraphs/shared/graphql/federated-schema.ts';
import { makeSubgraph, type Subgraph } from '../../../subgraphs/shared/subgraph.ts';
import { testKeys } from '../../support/keys.ts';
import { walkAccess } from '../../support/walk-access.ts';
import { walkRoutes } from '../../support/walk-routes.ts';

@ObjectType('Thing', { description: 'A thing.' })
class Thing {
  @Field(() => ID, { description: 'Its id.' })
  @Access({ role: 'viewer' })
  readonly id: string = 'thing';

  @Field(() => String, { description: 'Somebody forgot its rule.', nullable: true })
  readonly secret: string = 'secret';
}

@ObjectType('Tidy', { description: 'A tidy thing.' })
@Access({ role: 'viewer' })
class Tidy {
  @Field(() => ID, { description: 'Its id.' })
  readonly id: string = 'tidy';
}

@Resolver()
class ThingResolver {
  @Query(() => Thing, { description: 'The thing.' })
  @Access({ role: 'viewer' })
  thing(): Thing {
    return new Thing();
  }
}

@Resolver()
class TidyResolver {
  @Query(() => Tidy, { description: 'The tidy thing.' })
  @Access({ role: 'viewer' })
  tidy(): Tidy {
    return new Tidy();
  }
}

const secret = new Uint8Array(32).fill(1);
const start = async (resolver: typeof ThingResolver | typeof TidyResolver): Promise<Subgraph> =>
  makeSubgraph({
    name: 'feature',
    federated: await buildFederatedSchema({ resolvers: [resolver] }),
    contextFor: (request) => request,
    secret,
    keys: testKeys.ring,
    log: pino({ level: 'silent' }),
    checks: {},
    routes: (plane) => {
      plane.route({ method: 'GET', path: '/v1/things/:id', scope: 'feature:read' }, (c) => c.json({}));
      plane.route({ method: 'POST', path: '/v1/things', scope: 'feature:write' }, (c) => c.json({}, 201));
    },
    internalRoutes: (plane) =>
      plane.route({ method: 'GET', path: '/internal/events', scope: 'events:read' }, (c) => c.json([])),
    stop: async () => undefined,
  });

describe('walking a schema round the gateway', () => {
  it('passes where every field checks its rule', async () => {
    expect(await walkAccess(await start(TidyResolver), secret)).toEqual(['Query.tidy', 'Tidy.id']);
  });

  it('finds a field without a rule', async () => {
    await expect(walkAccess(await start(ThingResolver), secret)).rejects.toThrow('Thing.secret has no access rule');
  });

  it('finds a resolver that does not check', async () => {
    const subgraph = await start(TidyResolver);
    subgraph.federated.schema.getQueryType()!.getFields()['tidy']!.resolve = () => new Tidy();
    await expect(walkAccess(subgraph, secret)).rejects.toThrow('tidy for nobody');
  });
});

describe('walking the routes of an app', () => {
  it('passes where every route asks for its scope', async () => {
    const { app, routes } = await start(TidyResolver);
    expect(await walkRoutes(app, routes)).toBe(6);
  });

  it('finds a route that was added without a scope', async () => {
    const { app, routes } = await start(TidyResolver);
    app.get('/v1/open', (c) => c.text('come in'));
    await expect(walkRoutes(app, routes)).rejects.toThrow('without a scope');
  });

  it('finds a route that asks for another scope than it says', async () => {
    const { app, routes } = await start(TidyResolver);
    const wrong = routes.map((route) =>
      route.scope === 'none' ? route : { ...route, scope: 'edge:predict' as const },
    );
    await expect(walkRoutes(app, wrong)).rejects.toThrow('with every scope but');
  });
});
