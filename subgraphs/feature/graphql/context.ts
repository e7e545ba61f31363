import DataLoader from 'dataloader';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import type { Catalog } from '../catalog.ts';
import type { Definitions } from '../definitions.ts';
import type { Entity } from '../domain/entity.ts';
import type { FeatureService } from '../domain/feature-service.ts';
import type { FeatureView } from '../domain/feature-view.ts';
import type { Pin } from '../domain/id.ts';
import type { Materialization } from '../domain/materialization.ts';
import type { Source } from '../domain/source.ts';

import type { TrainingSet } from '../domain/training-set.ts';
import type { Materializations } from '../materializations.ts';
import type { OnlineReads } from '../online-reads.ts';
import type { TrainingSets } from '../training-sets.ts';

/** What the resolvers of the feature subgraph work with; all of it is made once in `main.ts`. */
export interface FeatureOperations {
  readonly catalog: Catalog;
  readonly definitions: Definitions;
  readonly materializations: Materializations;
  readonly trainingSets: TrainingSets;
  readonly reads: OnlineReads;
}

type Loader<Key, Value> = DataLoader<Key, Value | null, string>;

export interface FeatureContext extends RequestContext, FeatureOperations {
  /** Null where nothing has the name. */
  readonly loaders: {
    readonly entity: Loader<string, Entity>;
    readonly source: Loader<string, Source>;
    readonly view: Loader<Pin, FeatureView>;
    readonly service: Loader<Pin, FeatureService>;
    /** By key: the last part of the id. */
    readonly materialization: Loader<string, Materialization>;
    readonly trainingSet: Loader<string, TrainingSet>;
  };
}

const byText = <T>(load: (texts: string[]) => Promise<T[]>, textOf: (value: T) => string): Loader<string, T> =>
  new DataLoader(async (texts) => {
    const found = await load([...texts]);
    return texts.map((text) => found.find((one) => textOf(one) === text) ?? null);
  });

const nameOf = ({ name }: { readonly name: string }): string => name;

type Versioned = { readonly name: string; readonly version: number };

const byPin = <T extends Versioned>(load: (pins: Pin[]) => Promise<T[]>): Loader<Pin, T> =>
  new DataLoader(
    async (pins) => {
      const found = (await load([...pins])).toSorted((a, b) => b.version - a.version);
      return pins.map(
        (pin) =>
          found.find(({ name, version }) => name === pin.name && (pin.version === null || pin.version === version)) ??
          null,
      );
    },
    { cacheKeyFn: ({ name, version }) => `${name}@${version ?? ''}` },
  );

/** The context of one request: what it loads twice is loaded once, in one query per batch. */
export function featureContext(operations: FeatureOperations, request: RequestContext): FeatureContext {
  const { project } = request.actor;
  const { catalog } = operations;
  return {
    ...request,
    ...operations,
    loaders: {
      entity: byText((names) => catalog.entities(project, names), nameOf),
      source: byText((names) => catalog.sources(project, names), nameOf),
      view: byPin((pins) => catalog.views(project, pins)),
      service: byPin((pins) => catalog.services(project, pins)),
      materialization: byText(
        (keys) => operations.materializations.find(project, keys),
        ({ key }) => key,
      ),
      trainingSet: byText(
        (keys) => operations.trainingSets.find(project, keys),
        ({ key }) => key,
      ),
    },
  };
}
