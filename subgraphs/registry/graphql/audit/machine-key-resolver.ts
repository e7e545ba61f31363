import { Ctx, Query, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { ADMIN } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { MachineKeyType } from './machine-key.ts';

@Resolver()
export class MachineKeyResolver {
  @Query(() => [MachineKeyType], {
    description: 'The keys of the project’s machines, by id, with who answers for each.',
  })
  @Access(ADMIN)
  machineKeys(@Ctx() context: RegistryContext): MachineKeyType[] {
    return context.registry.audit.machineKeys(context).map((key) => new MachineKeyType(key));
  }
}
