import { Extensions } from 'type-graphql';
import { defaultFieldResolver, isObjectType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { DomainError } from '../../../core/errors.ts';
import { isAllowed, type AccessRule, type Actor } from './actor.ts';

/**
 * The rule of a field, or of every field of a type. A query or mutation must carry its own;
 * a field with no rule of its own nor of its type is closed to everybody.
 */
export const Access = (rule: AccessRule): ReturnType<typeof Extensions> => Extensions({ access: rule });

export type AccessRules = ReadonlyMap<string, AccessRule>;

const ruleOf = (holder: { extensions: object }): AccessRule | undefined =>
  (holder.extensions as { access?: AccessRule }).access;

/** `Type.field` → rule, as the decorators wrote it down. */
export function accessRulesOf(schema: GraphQLSchema): AccessRules {
  const rules = new Map<string, AccessRule>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const rule = ruleOf(field) ?? ruleOf(type);
      if (rule) rules.set(`${type.name}.${field.name}`, rule);
    }
  }
  return rules;
}

/** Federation's own doors: they hold no data; the entity's fields check their rules. */
const OPEN_TO_ANY_TOKEN = new Set(['Query._service', 'Query._entities', '_Service.sdl']);

/** Makes every resolver of the schema check its rule first. Fields without a rule refuse: default deny. */
export function enforceAccess(schema: GraphQLSchema, rules: AccessRules): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const name = `${type.name}.${field.name}`;
      if (OPEN_TO_ANY_TOKEN.has(name)) continue;
      const rule = rules.get(name) ?? {};
      field.resolve = guarded(name, rule, field.resolve ?? defaultFieldResolver);
      if (field.subscribe) field.subscribe = guarded(name, rule, field.subscribe);
    }
  }
}

type Resolve = GraphQLFieldResolver<unknown, { actor: Actor }>;

function guarded(name: string, rule: AccessRule, resolve: Resolve): Resolve {
  // A list asks of each of its objects; who asks is the same object throughout one operation.
  let letIn: Actor | undefined;
  return (source, args, context, info): unknown => {
    const { actor } = context;
    if (actor !== letIn) {
      if (!isAllowed(actor, rule)) throw refusal(name, rule);
      letIn = actor;
    }
    return resolve(source, args, context, info);
  };
}

function refusal(name: string, { role, scope }: AccessRule): DomainError {
  const allowed = [...(role ? [`role ${role}`] : []), ...(scope ? [`scope ${scope}`] : [])];
  const wanted = allowed.length > 0 ? `it takes ${allowed.join(' or ')}` : 'nobody may read it';
  return new DomainError('FORBIDDEN', `${name} is not open to you: ${wanted}`, { field: name, allowed });
}
