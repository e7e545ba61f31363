import { graphql, parse } from 'graphql';
import { Arg, Directive, Field, ID, Mutation, ObjectType, Query, registerEnumType, Resolver } from 'type-graphql';
import { describe, expect, it } from 'vitest';
import { Access } from '../../../subgraphs/shared/auth/access.ts';
import type { Actor, Role } from '../../../subgraphs/shared/auth/actor.ts';
import { buildFederatedSchema } from '../../../subgraphs/shared/graphql/federated-schema.ts';

const Phase = { OPEN: 'open', SHUT: 'shut' } as const;
registerEnumType(Phase, { name: 'Phase', description: 'Where a box stands.' });

@ObjectType('Box', { description: 'A box.' })
@Directive('@key(fields: "id")')
@Access({ role: 'viewer' })
class Box {
  @Field(() => ID, { description: 'Its id.' })
  readonly id: string = 'box-1';

  @Field(() => Date, { description: 'When it was made.' })
  readonly madeAt: Date = new Date('2026-03-01T10:15:30Z');

  @Field(() => Phase, { description: 'Its phase.' })
  readonly phase: string = 'open';

  @Field(() => String, { description: 'For few.' })
  @Access({ role: 'approver' })
  readonly price: string = '12';
}

@ObjectType('Label', { description: 'No rule of its own, nor on its field.' })
class Label {
  @Field(() => String, { description: 'Text.' })
  readonly text: string = 'fragile';
}

@Resolver(() => Box)
class BoxResolver {
  @Query(() => Box, { description: 'The box.' })
  @Access({ role: 'viewer' })
  box(): Box {
    return new Box();
  }

  @Query(() => String, { description: 'Somebody forgot its rule.' })
  forgotten(): string {
    return 'seen';
  }

  @Query(() => Label, { description: 'A label.', nullable: true })
  @Access({ role: 'viewer' })
  label(): Label {
    return new Label();
  }

  @Query(() => String, { description: 'The time of day, back.' })
  @Access({ role: 'viewer' })
  hourOf(@Arg('at', () => Date, { description: 'When.' }) at: Date): string {
    return `${at.getUTCHours()} o'clock`;
  }

  @Query(() => String, { description: 'The inner values of phases.' })
  @Access({ role: 'viewer' })
  innerOf(
    @Arg('phases', () => [Phase], { description: 'Which.', defaultValue: ['shut', 'open'] }) phases: string[],
    @Arg('phase', () => Phase, { description: 'Which.', defaultValue: 'shut' }) phase: string,
  ): string {
    return [...phases, phase].join(' ');
  }

  @Mutation(() => Box, { description: 'Shuts it.' })
  @Access({ role: 'developer' })
  shut(): Box {
    throw new Error('must not be reached in this test');
  }
}

const actor = (...roles: Role[]): Actor => ({ subject: 'user:x', kind: 'user', roles, scopes: [], project: 'default' });
const federated = await buildFederatedSchema(
  { resolvers: [BoxResolver] },
  { Box: ({ id }) => (id === 'box-1' ? new Box() : null) },
);
const ask = (source: string, ...roles: Role[]) =>
  graphql({ schema: federated.schema, source, contextValue: { actor: actor(...roles), requestId: 'r' } });
const codes = (result: Awaited<ReturnType<typeof ask>>) =>
  result.errors?.map((error) => [(error.originalError as { code?: string } | undefined)?.code, error.path?.join('.')]);

describe('a federated schema', () => {
  it('prints SDL that can be parsed, with keys, descriptions and DateTime', () => {
    expect(() => parse(federated.sdl)).not.toThrow();
    expect(federated.sdl).toContain('type Box @key(fields: "id") {');
    expect(federated.sdl).toContain('madeAt: DateTime!');
    expect(federated.sdl).toContain('A box.');
  });

  it('answers times as text also in process, reads them as Date, and maps enum values', async () => {
    const result = await ask('{ box { madeAt phase } hourOf(at: "2026-03-01T10:15:30+02:00") }', 'viewer');
    expect(result).toEqual({
      data: { box: { madeAt: '2026-03-01T10:15:30.000Z', phase: 'OPEN' }, hourOf: "8 o'clock" },
    });
  });

  it('gives the resolver the inner value of an enum, whether the client wrote it or it is the default', async () => {
    const result = await ask('{ innerOf written: innerOf(phases: [OPEN], phase: OPEN) }', 'viewer');
    expect(result).toEqual({ data: { innerOf: 'shut open shut', written: 'open open' } });
  });

  it('resolves references, and a dangling one to null', async () => {
    const result = await ask(
      `{ _entities(representations: [{ __typename: "Box", id: "box-1" }, { __typename: "Box", id: "no" }]) {
           ... on Box { id }
         } }`,
      'viewer',
    );
    expect(result).toEqual({ data: { _entities: [{ id: 'box-1' }, null] } });
  });
});

describe('access to a field', () => {
  it('takes the rule of the field before that of its type', async () => {
    expect(codes(await ask('{ box { id price } }', 'viewer'))).toEqual([['FORBIDDEN', 'box.price']]);
    expect(await ask('{ box { id price } }', 'approver')).toEqual({ data: { box: { id: 'box-1', price: '12' } } });
  });

  it('is closed to everybody where nobody wrote a rule', async () => {
    expect(codes(await ask('{ forgotten }', 'admin', 'approver'))).toEqual([['FORBIDDEN', 'forgotten']]);
    expect(codes(await ask('{ label { text } }', 'admin', 'approver'))).toEqual([['FORBIDDEN', 'label.text']]);
  });

  it('is checked before a mutation runs', async () => {
    expect(codes(await ask('mutation { shut { id } }', 'viewer'))).toEqual([['FORBIDDEN', 'shut']]);
  });

  it('is checked on the fields of a reference too', async () => {
    const result = await ask(
      '{ _entities(representations: [{ __typename: "Box", id: "box-1" }]) { ... on Box { price } } }',
      'viewer',
    );
    expect(codes(result)).toEqual([['FORBIDDEN', '_entities.0.price']]);
  });
});
