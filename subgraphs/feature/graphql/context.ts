import DataLoader from 'dataloader';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import type { Entity } from '../domain/entity.ts';
import type { EventStream } from '../domain/event-stream.ts';
import type { FeatureService } from '../domain/feature-service.ts';
import type { FeatureView } from '../domain/feature-view.ts';
import type { Pin } from '../domain/ids.ts';
import type { Materialization } from '../domain/materialization.ts';
import type { Source } from '../domain/source.ts';
import type { TrainingSet } from '../domain/training-set.ts';
import type { Definitions } from '../operations/definitions.ts';
import type { EventStreams } from '../operations/event-streams.ts';
import type { FeatureDistributions } from '../operations/feature-distributions.ts';
import type { Materializations } from '../operations/materializations.ts';
import type { OnlineReads } from '../operations/online-reads.ts';
import type { Quarantine } from '../operations/quarantine.ts';
import type { Reading } from '../operations/reading.ts';
import type { TrainingSets } from '../operations/training-sets.ts';

/** What the resolvers of the feature subgraph work with; all of it is made once in `main.ts`. */
export interface FeatureOperations {
  readonly reading: Reading;
  readonly definitions: Definitions;
  readonly materializations: Materializations;
  readonly trainingSets: TrainingSets;
  readonly reads: OnlineReads;
  readonly eventStreams: EventStreams;
  readonly quarantine: Quarantine;
  readonly distributions: FeatureDistributions;
}

type Loader<Key, Value> = DataLoader<Key, Value | null, string>;

export interface FeatureContext extends RequestContext, FeatureOperations {
  /** Null where there is none. */
  readonly loaders: {
    readonly entity: Loader<string, Entity>;
    readonly source: Loader<string, Source>;
    readonly eventStream: Loader<string, EventStream>;
    readonly view: Loader<Pin, FeatureView>;
    readonly service: Loader<Pin, FeatureService>;
    /** By key: the last part of the id. */
    readonly materialization: Loader<string, Materialization>;
    readonly trainingSet: Loader<string, TrainingSet>;
  };
}

const byText = <T>(load: (texts: string[]) => Promise<T[]>, textOf: (value: T) => string): Loader<string, T> =>
  new DataLoader(async (texts) => {
    const found = new Map((await load([...texts])).map((value) => [textOf(value), value]));
    return texts.map((text) => found.get(text) ?? null);
  });

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

const nameOf = ({ name }: { readonly name: string }): string => name;
const keyOf = ({ key }: { readonly key: string }): string => key;

/** The context of one request: what it loads twice is loaded once, in one query per batch. */
export function featureContext(operations: FeatureOperations, request: RequestContext): FeatureContext {
  const { reading } = operations;
  return {
    ...request,
    ...operations,
    loaders: {
      entity: byText((names) => reading.entities(request, names), nameOf),
      source: byText((names) => reading.sources(request, names), nameOf),
      eventStream: byText((names) => reading.streams(request, names), nameOf),
      view: byPin((pins) => reading.views(request, pins)),
      service: byPin((pins) => reading.services(request, pins)),
      materialization: byText((keys) => reading.materializations(request, keys), keyOf),
      trainingSet: byText((keys) => reading.trainingSets(request, keys), keyOf),
    },
  };
}
