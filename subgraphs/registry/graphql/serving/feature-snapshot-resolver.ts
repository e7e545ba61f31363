import { Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { TRAFFIC } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { DeploymentType } from './deployment.ts';
import {
  FeatureSnapshotType,
  RemoveFeatureSnapshotInput,
  RemoveFeatureSnapshotPayload,
  SetFeatureSnapshotInput,
  SetFeatureSnapshotPayload,
} from './feature-snapshot.ts';

@Resolver(() => DeploymentType)
export class FeatureSnapshotResolver {
  @FieldResolver(() => [FeatureSnapshotType], {
    description: 'Features that its nodes keep for when no store can be asked, by name.',
  })
  async featureSnapshots(
    @Root() { source }: DeploymentType,
    @Ctx() { registry }: RegistryContext,
  ): Promise<FeatureSnapshotType[]> {
    return (await registry.featureSnapshots.of(source)).map((snapshot) => new FeatureSnapshotType(snapshot));
  }

  @Mutation(() => SetFeatureSnapshotPayload, {
    description:
      'Has nodes keep the features of chosen entities, which answer while neither a store nor the feature server can be asked.',
  })
  @Access(TRAFFIC)
  async setFeatureSnapshot(
    @Input(() => SetFeatureSnapshotInput, 'Whose features, where.') input: SetFeatureSnapshotInput,
    @Ctx() context: RegistryContext,
  ): Promise<SetFeatureSnapshotPayload> {
    return new SetFeatureSnapshotPayload(await context.registry.featureSnapshots.set(context, input));
  }

  @Mutation(() => RemoveFeatureSnapshotPayload, { description: 'Has nodes forget a snapshot.' })
  @Access(TRAFFIC)
  async removeFeatureSnapshot(
    @Input(() => RemoveFeatureSnapshotInput, 'Which one.') input: RemoveFeatureSnapshotInput,
    @Ctx() context: RegistryContext,
  ): Promise<RemoveFeatureSnapshotPayload> {
    return new RemoveFeatureSnapshotPayload(await context.registry.featureSnapshots.remove(context, input));
  }
}
