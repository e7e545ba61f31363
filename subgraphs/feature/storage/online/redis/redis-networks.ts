import type { OnlineAddress } from '../../../../../core/codec/address.ts';
import {
  countsOf,
  lookedAt,
  MOST_LATER,
  othersFound,
  usersQuestions,
  type StateOf,
  type Users,
  type UsersQuestion,
} from '../../../../../core/windows/count-network.ts';
import { compareUses, NO_OTHERS, type LastUse, type NetworkCounts } from '../../../../../core/windows/network.ts';
import type { PlannedNetwork, WindowPlan } from '../../../../../core/windows/plan.ts';
import { WINDOW_STAMP_BYTES } from '../../../../../core/windows/encode-state.ts';
import type { WindowState } from '../../../../../core/windows/state.ts';
import type { WindowQuestion } from '../../../domain/online-store.ts';
import { timeOf } from './redis-bytes.ts';
import type { RedisConnection } from './redis-connection.ts';
import type { RedisParts } from './redis-parts.ts';
import { stateOf } from './redis-windows.ts';

/** One network of one question, as far as it has been followed. */
interface Followed {
  readonly question: WindowQuestion;
  readonly network: PlannedNetwork;
  readonly cut: boolean;
  readonly values: readonly UsersQuestion[];
  users: readonly Users[];
  others: readonly LastUse[] | null;
}

/**
 * Networks in Redis, in steps that each go there once for all questions: what the entities used, who used that, and what is
 * known of those. What is written in between may be seen in one step and not in another.
 */
export class RedisNetworks {
  readonly #redis: RedisConnection;
  readonly #now: () => Date;
  readonly #parts: RedisParts;

  constructor(redis: RedisConnection, now: () => Date, parts: RedisParts) {
    this.#redis = redis;
    this.#now = now;
    this.#parts = parts;
  }

  async read(questions: readonly WindowQuestion[]): Promise<(readonly NetworkCounts[] | null)[]> {
    if (questions.length === 0) return [];
    const states = new Map<string, WindowState | undefined>();
    const timeOfView = await this.#fetchStates(states, questions);
    const followed = questions.map((question) => {
      const { view, key, plan, atMs } = question;
      // Others may have been let go of.
      if (atMs < (timeOfView.get(view) ?? -Infinity) - plan.horizonMs) return null;
      const own = states.get(nameOf({ view, key }));
      if (!own) return [];
      if (atMs < own.newestMs) return null;
      return plan.networks.map((network) => follow(question, network, own));
    });
    const all = followed.flatMap((one) => one ?? []);
    await this.#fetchUsers(all);
    await this.#fetchStates(states, all.flatMap(laterOf));
    for (const one of all) one.others = othersOf(one, states);
    await this.#fetchStates(states, all.flatMap(judgedOf));
    return questions.map(({ plan }, i) => {
      const own = followed[i] ?? null;
      if (own === null) return null;
      if (own.length === 0) return plan.networks.map(() => NO_OTHERS);
      const counts = own.map((one) => countOf(one, states)).filter((one) => one !== null);
      return counts.length === own.length ? counts : null;
    });
  }

  /** Adds what is known of some entities; answers how far their views have come. */
  async #fetchStates(
    states: Map<string, WindowState | undefined>,
    wanted: readonly { readonly view: string; readonly key: string; readonly plan: WindowPlan }[],
  ): Promise<Map<string, number>> {
    const fresh = [...new Map(wanted.map((one) => [nameOf(one), one])).values()].filter(
      (one) => !states.has(nameOf(one)),
    );
    const views = [...new Set(wanted.map(({ view }) => view))];
    const nowMs = this.#now().getTime();
    const timeOfView = new Map<string, number>();
    // The time of a view is the same in all parts: any that is asked for something tells it.
    const groups = this.#parts.groups(fresh);
    if (groups.size === 0 && views.length > 0) groups.set(0, []);
    await Promise.all(
      [...groups].map(async ([index, own]) => {
        const part = this.#parts.at(index);
        const keys = [...views.map(part.windowsTime), ...own.map(part.windows)];
        const found = await this.#redis.read((redis) => redis.mgetBuffer(keys));
        views.forEach((view, i) =>
          timeOfView.set(view, Math.max(timeOfView.get(view) ?? -Infinity, Math.min(timeOf(found[i]), nowMs))),
        );
        own.forEach((one, i) => {
          const stored = found[views.length + i];
          states.set(nameOf(one), stored && stored.length > WINDOW_STAMP_BYTES ? stateOf(stored, one.plan) : undefined);
        });
      }),
    );
    return timeOfView;
  }

  async #fetchUsers(all: readonly Followed[]): Promise<void> {
    await this.#redis.read((redis) =>
      Promise.all(
        all.map(async (one) => {
          one.users = await Promise.all(
            one.values.map(async (value): Promise<Users> => {
              const { tailMs, atMs, most } = value;
              // Each part knows who of its own entities used the value.
              const found = await Promise.all(
                this.#parts.all.map(async (part) => {
                  const key = part.uses(one.question.view, value);
                  const [latest, later] = await Promise.all([
                    redis.zrevrangebyscore(key, `(${atMs}`, tailMs, 'WITHSCORES', 'LIMIT', 0, most),
                    redis.zrevrangebyscore(key, '+inf', atMs, 'WITHSCORES', 'LIMIT', 0, MOST_LATER + 1),
                  ]);
                  return { latest: usesOf(latest), later: usesOf(later) };
                }),
              );
              return {
                latest: latestOf(
                  found.map(({ latest }) => latest),
                  most,
                ),
                later: latestOf(
                  found.map(({ later }) => later),
                  MOST_LATER + 1,
                ),
              };
            }),
          );
        }),
      ),
    );
  }
}

function follow(question: WindowQuestion, network: PlannedNetwork, own: WindowState): Followed {
  const { questions: values, cut } = usersQuestions(network, own, question.atMs);
  return { question, network, cut, values, users: [], others: null };
}

const namedBy = ({ question: { view, plan } }: Followed, uses: readonly LastUse[]) =>
  uses.map(({ name: key }) => ({ view, key, plan }));

const laterOf = (one: Followed) =>
  one.users.flatMap(({ later }) => (later.length > MOST_LATER ? [] : namedBy(one, later)));
const judgedOf = (one: Followed) => namedBy(one, lookedAt(one.network, one.others ?? []));

const stateIn =
  (states: ReadonlyMap<string, WindowState | undefined>, view: string): StateOf =>
  (key) =>
    states.get(nameOf({ view, key }));

function othersOf(one: Followed, states: ReadonlyMap<string, WindowState | undefined>): LastUse[] | null {
  const { question, network, values, users } = one;
  const asked = values.map((value, i) => ({ question: value, users: users[i] ?? { latest: [], later: [] } }));
  return othersFound(network, question.key, asked, stateIn(states, question.view));
}

function countOf(one: Followed, states: ReadonlyMap<string, WindowState | undefined>): NetworkCounts | null {
  const { question, network, cut, others } = one;
  return others && countsOf(network, others, { cut, atMs: question.atMs, stateOf: stateIn(states, question.view) });
}

const latestOf = (uses: readonly (readonly LastUse[])[], most: number): readonly LastUse[] =>
  uses.flat().toSorted(compareUses).slice(0, most);

/** An entity in one view, as the key of a map. */
const nameOf = ({ view, key }: OnlineAddress): string => `${view}:${key}`;

/** Redis answers names and scores by turns. */
function usesOf(answer: readonly string[]): LastUse[] {
  const uses: LastUse[] = [];
  for (let i = 0; i + 1 < answer.length; i += 2) uses.push({ name: answer[i] ?? '', ms: Number(answer[i + 1]) });
  return uses;
}
