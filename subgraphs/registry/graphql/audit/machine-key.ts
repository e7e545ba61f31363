import { Field, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { StoredKey } from '../../../shared/auth/key-ring.ts';
import { ADMIN } from '../access.ts';

@ObjectType('MachineKey', { description: 'A key of a machine, without its secret.' })
@Access(ADMIN)
export class MachineKeyType {
  @Field(() => String, { description: 'Its name: records of what it did say `key:<id>`.' })
  readonly id: string;

  @Field(() => String, {
    nullable: true,
    description: 'The person who answers for it, and who counts among the makers of what it made.',
  })
  readonly owner: string | null;

  @Field(() => [String], { description: 'What it may do.' })
  readonly scopes: readonly string[];

  @Field(() => String, { description: '`server`: an enrolled node. `device`: a public key in an app.' })
  readonly trust: string;

  @Field(() => Date, { nullable: true, description: 'When it ends; null: never.' })
  readonly expiresAt: Date | null;

  constructor({ id, owner, scopes, trust, expiresAt }: Omit<StoredKey, 'sha256'>) {
    this.id = id;
    this.owner = owner ?? null;
    this.scopes = scopes;
    this.trust = trust;
    this.expiresAt = expiresAt === undefined ? null : new Date(expiresAt);
  }
}
