import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { versionUrn, type VersionKey } from '../../domain/ids.ts';
import type { Model, ModelVersion } from '../../domain/version/model-version.ts';
import type { ModelAlias, VersionOrigin } from '../../domain/version/registered-model.ts';
import { stageOf, type Stage } from '../../domain/version/stage.ts';
import type { Texts } from '../../domain/tracking/tracking.ts';
import { runSearch, type SearchInput } from '../../storage/tracking/search.ts';
import { SEARCHED_MODELS, SEARCHED_VERSIONS, SHOWN_MODEL, SHOWN_VERSION } from '../../storage/tracking/searched.ts';
import { findModels } from '../../storage/version/model.ts';
import { findVersions } from '../../storage/version/model-version.ts';
import { findLabelSets, findOrigins } from '../../storage/version/registered-model.ts';
import type { RegistryDeps } from '../deps.ts';
import type { Serving, VersionRole } from '../serving/serving.ts';
import { pageFrom, searchInput, type FoundPage, type SearchRequest } from '../tracking/search-page.ts';
import { unknownAlias, type Aliases } from './aliases.ts';
import { unknownModel, type RegisteredModels } from './registered-models.ts';

/** A version with everything that clients of a registry ask of it. */
export interface VersionView {
  readonly version: ModelVersion;
  readonly labels: Texts;
  readonly aliases: readonly string[];
  readonly stage: Stage;
  readonly origin: VersionOrigin | null;
  readonly updatedMs: number;
}

/** What a version is called, and where it came from. */
export type VersionNames = Pick<VersionView, 'labels' | 'aliases' | 'origin'>;

const NAMELESS: VersionNames = { labels: {}, aliases: [], origin: null };

export interface ModelView {
  readonly model: Model;
  readonly labels: Texts;
  readonly aliases: readonly ModelAlias[];
  /** Of each stage the newest version. */
  readonly latest: readonly VersionView[];
  readonly updatedMs: number;
}

/** Of each model no more versions are looked at for its latest ones and its aliases. */
const MOST_VERSIONS = 1_000;

type VersionRow = VersionKey & { readonly updatedMs: number };
type Deps = Pick<RegistryDeps, 'db'> & {
  readonly serving: Serving;
  readonly aliases: Aliases;
  readonly models: RegisteredModels;
};

/** What clients of a model registry read: models and versions with labels, aliases and computed stages. */
export class RegisteredViews {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async searchModels(context: RequestContext, request: SearchRequest): Promise<FoundPage<ModelView>> {
    const { project } = context.actor;
    const always = `model.project = $1 and ${SHOWN_MODEL}`;
    const input = searchInput(request, { always, parameters: [project] });
    const rows = await runSearch<{ name: string; updatedMs: number }>(this.#deps.db, SEARCHED_MODELS, input);
    const views = await this.#modelViews(context, rows);
    return pageFrom(rows, input, (found) => found.flatMap(({ name }) => views.get(name) ?? []));
  }

  /** Throws NOT_FOUND. */
  async model(context: RequestContext, name: string): Promise<ModelView> {
    await this.#deps.models.require(context, name);
    const always = 'model.project = $1 and model.name = $2';
    const input = plainSearch(always, [context.actor.project, name], 1);
    const rows = await runSearch<{ name: string; updatedMs: number }>(this.#deps.db, SEARCHED_MODELS, input);
    const view = (await this.#modelViews(context, rows)).get(name);
    if (view) return view;
    throw unknownModel(name);
  }

  async searchVersions(context: RequestContext, request: SearchRequest): Promise<FoundPage<VersionView>> {
    const input = searchInput(request, { always: SHOWN, parameters: [context.actor.project] });
    const rows = await this.#versionRows(context, input);
    const views = await this.#versionViews(context, rows);
    return pageFrom(views, input, (found) => found);
  }

  /** Throws NOT_FOUND. */
  async version(context: RequestContext, { model, number }: Omit<VersionKey, 'project'>): Promise<VersionView> {
    const key = await this.#deps.models.requireVersion(context, model, number);
    const always = `${SHOWN} and version.model = $2 and version.number = $3`;
    const rows = await this.#versionRows(context, plainSearch(always, [key.project, model, number], 1));
    const [view] = await this.#versionViews(context, rows);
    if (view) return view;
    throw unknownModel(model);
  }

  /** The version that an alias names, or that serves in the environment of that name. Throws NOT_FOUND. */
  async byAlias(context: RequestContext, model: string, alias: string): Promise<VersionView> {
    const { aliases } = await this.model(context, model);
    const named = aliases.find((one) => one.alias === alias);
    if (!named) throw unknownAlias(model, alias);
    return this.version(context, named);
  }

  /** What versions are called and where they came from, one answer per version. Those that were put away have their labels as well. */
  async namesOf(context: RequestContext, versions: readonly ModelVersion[]): Promise<VersionNames[]> {
    const rows = versions.map(({ project, model, number }) => ({ project, model, number, updatedMs: 0 }));
    const views = await this.#versionViews(context, rows);
    return rows.map(
      ({ model, number }) =>
        views.find(({ version }) => version.model === model && version.number === number) ?? NAMELESS,
    );
  }

  /** What each model's versions are called, one answer per model; those of a model that was put away as well. */
  async aliasesOf(context: RequestContext, models: readonly string[]): Promise<(readonly ModelAlias[])[]> {
    const views = await this.#modelViews(
      context,
      models.map((name) => ({ name, updatedMs: 0 })),
    );
    return models.map((name) => views.get(name)?.aliases ?? []);
  }

  async #modelViews(
    context: RequestContext,
    rows: readonly { readonly name: string; readonly updatedMs: number }[],
  ): Promise<ReadonlyMap<string, ModelView>> {
    if (rows.length === 0) return new Map();
    const { project } = context.actor;
    const names = rows.map(({ name }) => name);
    const always = `${SHOWN} and version.model = any($2)`;
    const [models, sets, versionRows] = await Promise.all([
      findModels(
        this.#deps.db.em(),
        names.map((name) => ({ project, name })),
      ),
      findLabelSets(this.#deps.db, project, names),
      this.#versionRows(context, plainSearch(always, [project, names], MOST_VERSIONS)),
    ]);
    const versions = await this.#versionViews(context, versionRows);
    return new Map(
      rows.flatMap(({ name, updatedMs }) => {
        const model = models.find((one) => one.name === name);
        if (!model) return [];
        const own = versions.filter(({ version }) => version.model === name);
        const labels = sets.find((set) => set.model === name && set.number === null)?.labels ?? {};
        const latest = own.filter(({ stage }, at) => own.findIndex((other) => other.stage === stage) === at);
        const aliases = own.flatMap(({ version, aliases: named }) =>
          named.map((alias) => ({ project, model: name, alias, number: version.number })),
        );
        const newest = Math.max(updatedMs, ...own.map((one) => one.updatedMs));
        return [[name, { model, labels, aliases, latest, updatedMs: newest }] as const];
      }),
    );
  }

  async #versionRows({ actor: { project } }: RequestContext, input: SearchInput): Promise<readonly VersionRow[]> {
    const rows = await runSearch<Omit<VersionRow, 'project'>>(this.#deps.db, SEARCHED_VERSIONS, input);
    return rows.map((row) => ({ ...row, project }));
  }

  async #versionViews(context: RequestContext, rows: readonly VersionRow[]): Promise<readonly VersionView[]> {
    if (rows.length === 0) return [];
    const { db, serving, aliases } = this.#deps;
    const models = [...new Set(rows.map(({ model }) => model))];
    const [versions, sets, origins, named, roles] = await Promise.all([
      findVersions(db.em(), rows),
      findLabelSets(db, context.actor.project, models),
      findOrigins(db, rows),
      aliases.of(context, models),
      serving.rolesOfVersions(
        context,
        rows.map((row) => versionUrn.format(row)),
      ),
    ]);
    const { following, taken } = environmentsOf(rows, roles);
    return rows.flatMap((row, at): VersionView[] => {
      const isIt = (one: { readonly model: string; readonly number: number | null }): boolean =>
        one.model === row.model && one.number === row.number;
      const version = versions.find(isIt);
      if (!version) return [];
      const origin = origins.find(isIt) ?? null;
      const environments = following.get(versionUrn.format(row)) ?? [];
      const own = named.filter((one) => isIt(one) && !taken.has(`${one.alias}\n${one.model}`));
      return [
        {
          version,
          origin,
          labels: sets.find(isIt)?.labels ?? origin?.labels ?? {},
          aliases: [...own.map(({ alias }) => alias), ...environments].toSorted(),
          stage: stageOf(version.state, (roles[at] ?? []).map(environmentAndRole)),
          updatedMs: row.updatedMs,
        },
      ];
    });
  }
}

const SHOWN = `version.project = $1 and ${SHOWN_VERSION}`;

const plainSearch = (always: string, parameters: readonly unknown[], limit: number): SearchInput => ({
  always,
  parameters,
  limit,
  offset: 0,
  conditions: [],
  orders: [],
});

const environmentAndRole = ({ deployment: { environment }, role }: VersionRole) => ({ environment, role });

/** By version the environments in which it alone of its model answers everybody: aliases that follow traffic. */
function environmentsOf(
  rows: readonly VersionKey[],
  roles: readonly (readonly VersionRole[])[],
): { readonly following: ReadonlyMap<string, readonly string[]>; readonly taken: ReadonlySet<string> } {
  const serving = new Map<string, Set<string>>();
  rows.forEach((row, at) => {
    for (const { environment, role } of (roles[at] ?? []).map(environmentAndRole)) {
      if (role !== 'LIVE') continue;
      const place = `${environment}\n${row.model}`;
      serving.set(place, (serving.get(place) ?? new Set()).add(versionUrn.format(row)));
    }
  });
  const found = new Map<string, string[]>();
  for (const [place, versions] of serving) {
    const [only, ...others] = versions;
    if (only === undefined || others.length > 0) continue;
    found.set(only, [...(found.get(only) ?? []), place.slice(0, place.indexOf('\n'))]);
  }
  return { following: found, taken: new Set(serving.keys()) };
}
