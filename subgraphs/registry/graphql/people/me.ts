import { Field, ID, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { Actor } from '../../../shared/auth/actor.ts';
import type { Permission } from '../../domain/people/permission.ts';
import { READ } from '../access.ts';

@ObjectType('Permission', { description: 'Whether whoever asks may call a mutation, as its rules stand now.' })
@Access(READ)
export class PermissionType {
  @Field(() => String, { description: 'The mutation.' })
  readonly action: string;

  @Field(() => Boolean, { description: 'Whether its rules would let it be done.' })
  readonly allowed: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Why not, as the refusal would say it; null where it is allowed.',
  })
  readonly reason: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The rule of governance that says no (G1); null where a role or a state does.',
  })
  readonly rule: string | null;

  @Field(() => [String], {
    description: 'What would let one do it, such as `role approver`; else what may be done now.',
  })
  readonly needs: readonly string[];

  constructor({ action, allowed, reason, rule, needs }: Permission) {
    this.action = action;
    this.allowed = allowed;
    this.reason = reason;
    this.rule = rule;
    this.needs = needs;
  }
}

@ObjectType('Me', { description: 'Whoever asks.' })
@Access(READ)
export class MeType {
  @Field(() => ID, { description: 'The name that audit records say: `user:ann`, `key:ci`.' })
  readonly name: string;

  @Field(() => [String], { description: 'A person’s roles: viewer, developer, approver, committee, admin.' })
  readonly roles: readonly string[];

  @Field(() => [String], { description: 'What a machine’s key may do.' })
  readonly scopes: readonly string[];

  @Field(() => String, { description: 'The project whose things one sees.' })
  readonly project: string;

  constructor({ subject, roles, scopes, project }: Actor) {
    this.name = subject;
    this.roles = roles;
    this.scopes = scopes;
    this.project = project;
  }
}
