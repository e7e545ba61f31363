import { usesKeyOf, windowsKeyOf, windowsTimeKeyOf } from '../../../../../core/codec/redis-address.ts';
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
import { NO_OTHERS, type LastUse, type NetworkCounts } from '../../../../../core/windows/network.ts';
import type { PlannedNetwork, WindowPlan } from '../../../../../core/windows/plan.ts';
import type { WindowState } from '../../../../../core/windows/state.ts';
import type { WindowQuestion } from '../../../domain/online-store.ts';
import { timeOf } from './redis-bytes.ts';
import type { RedisConnection } from './redis-connection.ts';
import { STAMP_BYTES, stateOf } from './redis-windows.ts';

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

  constructor(redis: RedisConnection, now: () => Date) {
    this.#redis = redis;
    this.#now = now;
  }

  async read(questions: readonly WindowQuestion[]): Promise<(readonly NetworkCounts[] | null)[]> {
    if (questions.length === 0) return [];
    const states = new Map<string, WindowState | undefined>();
    const timeOfView = await this.#fetchStates(states, questions);
    const followed = questions.map((question) => {
      const { view, key, plan, atMs } = question;
      // Others may have been let go of.
      if (atMs < (timeOfView.get(view) ?? -Infinity) - plan.horizonMs) return null;
      const own = states.get(windowsKeyOf({ view, key }));
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
    const planOf = new Map(wanted.map((one) => [windowsKeyOf(one), one.plan]));
    const keys = [...planOf.keys()].filter((key) => !states.has(key));
    const views = [...new Set(wanted.map(({ view }) => view))];
    if (views.length === 0) return new Map();
    const found = await this.#redis.read((redis) => redis.mgetBuffer([...views.map(windowsTimeKeyOf), ...keys]));
    keys.forEach((key, i) => {
      const [stored, plan] = [found[views.length + i], planOf.get(key)];
      states.set(key, stored && plan && stored.length > STAMP_BYTES ? stateOf(stored, plan) : undefined);
    });
    const nowMs = this.#now().getTime();
    return new Map(views.map((view, i) => [view, Math.min(timeOf(found[i]), nowMs)]));
  }

  async #fetchUsers(all: readonly Followed[]): Promise<void> {
    await this.#redis.read((redis) =>
      Promise.all(
        all.map(async (one) => {
          one.users = await Promise.all(
            one.values.map(async (value): Promise<Users> => {
              const key = usesKeyOf(one.question.view, value);
              const { tailMs, atMs, most } = value;
              const [latest, later] = await Promise.all([
                redis.zrevrangebyscore(key, `(${atMs}`, tailMs, 'WITHSCORES', 'LIMIT', 0, most),
                redis.zrevrangebyscore(key, '+inf', atMs, 'WITHSCORES', 'LIMIT', 0, MOST_LATER + 1),
              ]);
              return { latest: usesOf(latest), later: usesOf(later) };
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
    states.get(windowsKeyOf({ view, key }));

function othersOf(one: Followed, states: ReadonlyMap<string, WindowState | undefined>): LastUse[] | null {
  const { question, network, values, users } = one;
  const asked = values.map((value, i) => ({ question: value, users: users[i] ?? { latest: [], later: [] } }));
  return othersFound(network, question.key, asked, stateIn(states, question.view));
}

function countOf(one: Followed, states: ReadonlyMap<string, WindowState | undefined>): NetworkCounts | null {
  const { question, network, cut, others } = one;
  return others && countsOf(network, others, { cut, atMs: question.atMs, stateOf: stateIn(states, question.view) });
}

/** Redis answers names and scores by turns. */
function usesOf(answer: readonly string[]): LastUse[] {
  const uses: LastUse[] = [];
  for (let i = 0; i + 1 < answer.length; i += 2) uses.push({ name: answer[i] ?? '', ms: Number(answer[i + 1]) });
  return uses;
}
