import {
  buildFederatedSchema,
  type FederatedSchema,
  type ReferenceResolver,
} from '../../shared/graphql/federated-schema.ts';
import { DomainError } from '../../../core/errors.ts';
import type { UrnKind } from '../../../core/urn.ts';
import { memberOf, nameOf, pinOf } from '../domain/id.ts';
import type { FeatureContext } from './context.ts';
import { EntityResolver, EntityType } from './entity.ts';
import { FeatureServiceResolver, FeatureServiceType } from './feature-service.ts';
import { FeatureResolver, FeatureViewResolver } from './feature-view-resolver.ts';
import { FeatureType, FeatureViewType } from './feature-view.ts';
import { MaterializationResolver } from './materialization-resolver.ts';
import { MaterializationType } from './materialization.ts';
import { OnlineFeaturesResolver } from './online-features.ts';
import { ColumnResolver, ColumnType, SourceResolver, SourceType } from './source.ts';

import { TrainingSetBuildResolver, TrainingSetResolver } from './training-set-resolver.ts';
import { TrainingSetType } from './training-set.ts';

/** A reference that names nothing of this project is null, so that one dead id costs one field. */
async function orNull<T>(find: () => Promise<T | null>): Promise<T | null> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof DomainError && (error.code === 'INVALID_INPUT' || error.code === 'NOT_FOUND')) return null;
    throw error;
  }
}

const pinnedOf = (context: FeatureContext, kind: UrnKind, id: string) => pinOf(context.actor.project, kind, id);

const references: Readonly<Record<string, ReferenceResolver<FeatureContext>>> = {
  Entity: ({ id }, { loaders, actor }) =>
    orNull(async () => {
      const found = await loaders.entity.load(nameOf(actor.project, 'entity', id));
      return found && new EntityType(found);
    }),
  Source: ({ id }, { loaders, actor }) =>
    orNull(async () => {
      const found = await loaders.source.load(nameOf(actor.project, 'source', id));
      return found && new SourceType(found);
    }),
  Column: ({ id }, { loaders, actor }) =>
    orNull(async () => {
      const { of, member } = memberOf(actor.project, 'column', id);
      const source = await loaders.source.load(of.name);
      const column = source?.columns.find(({ name }) => name === member);
      return source && column ? new ColumnType(source, column) : null;
    }),
  FeatureView: ({ id }, context) =>
    orNull(async () => {
      const found = await context.loaders.view.load(pinnedOf(context, 'feature-view', id));
      return found && new FeatureViewType(found);
    }),
  Feature: ({ id }, { loaders, actor }) =>
    orNull(async () => {
      const { of, member } = memberOf(actor.project, 'feature', id);
      const view = await loaders.view.load(of);
      const feature = view?.features.find(({ name }) => name === member);
      return view && feature ? new FeatureType(view, feature) : null;
    }),
  FeatureService: ({ id }, context) =>
    orNull(async () => {
      const found = await context.loaders.service.load(pinnedOf(context, 'feature-service', id));
      return found && new FeatureServiceType(found);
    }),
  Materialization: ({ id }, { loaders, actor }) =>
    orNull(async () => {
      const found = await loaders.materialization.load(nameOf(actor.project, 'materialization', id));
      return found && new MaterializationType(found);
    }),
  TrainingSet: ({ id }, { loaders, actor }) =>
    orNull(async () => {
      const found = await loaders.trainingSet.load(nameOf(actor.project, 'training-set', id));
      return found && new TrainingSetType(found);
    }),
};

/** The subgraph's schema; it needs no database. */
export function buildSchema(): Promise<FederatedSchema> {
  return buildFederatedSchema(
    {
      resolvers: [
        EntityResolver,
        SourceResolver,
        ColumnResolver,
        FeatureViewResolver,
        FeatureResolver,
        FeatureServiceResolver,
        MaterializationResolver,
        OnlineFeaturesResolver,
        TrainingSetResolver,
        TrainingSetBuildResolver,
      ],
    },
    references,
  );
}
