/**
 * Events per second into a network (cards that share devices within a day, and who of them is bad) of the on-line store in process,
 * and reads of it, of a quiet card and of one at a hub; against plain Maps of Sets that never forget, whose error is printed too.
 * Run: npm run bench -- networks [events]
 */
import { pino } from 'pino';
import { hopOf } from '../../core/windows/hop.ts';
import { planOf } from '../../core/windows/plan.ts';
import type { WindowEntry } from '../../subgraphs/feature/domain/online-store.ts';
import { MemoryOnlineStore } from '../../subgraphs/feature/storage/online/memory-online-store.ts';
import { seededRandom } from '../support/seeded-random.ts';

const EVENTS = Number(process.argv[2] ?? 200_000);
const CARDS = 20_000;
const DEVICES = 15_000;
const LIMIT = 100;
const BATCH = 500;
const ROUNDS = 5;
const READS = 5_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const VIEW = 'default/card_ring@1';
const START = Date.parse('2026-01-01T00:00:00Z');
const SPAN = 10 * DAY;

const plan = planOf([], true, [
  {
    through: { index: 0, dtype: 'STRING' },
    windowMs: DAY,
    hopMs: hopOf(DAY),
    limit: LIMIT,
    bad: { column: { index: 1, dtype: 'STRING' }, oneOf: ['fraud'], windowMs: 30 * DAY, hopMs: DAY },
  },
]);

interface Use {
  readonly card: string;
  readonly device: string | null;
  readonly label: string | null;
  readonly eventMs: number;
}

/** Ten days: most cards have a device or two, one event in ten is at a device of everyone's, one in a thousand is a mark. */
function usesOf(random: () => number): Use[] {
  return Array.from({ length: EVENTS }, (_, i) => {
    const card = Math.floor(random() * CARDS);
    const mark = random() < 0.001;
    const device = random() < 0.1 ? 'airport' : `device ${(card * 7 + Math.floor(random() * 2)) % DEVICES}`;
    return {
      card: JSON.stringify([`card ${card}`]),
      device: mark ? null : device,
      label: mark ? 'fraud' : null,
      eventMs: START + Math.floor((i / EVENTS) * SPAN),
    };
  });
}

const uses = usesOf(seededRandom(1));
const endMs = START + SPAN;
const within = uses.filter(({ eventMs }) => eventMs >= Math.floor((endMs - DAY) / HOUR) * HOUR);
const cards = [...new Set(within.map(({ card }) => card))];
const hubCards = [...new Set(within.filter(({ device }) => device === 'airport').map(({ card }) => card))];
const quietCards = cards.filter((card) => !hubCards.includes(card));

const entryOf = ({ card, device, label, eventMs }: Use, seq: number): WindowEntry => ({
  view: VIEW,
  key: card,
  plan,
  side: 'PUSHED',
  event: { id: `e${seq}`, retracted: false, eventMs, writtenMs: eventMs, seq, ordinal: 0, values: [device, label] },
});

async function fillStore(): Promise<{ held: MemoryOnlineStore; seconds: number }> {
  const held = await MemoryOnlineStore.open({ now: () => new Date(endMs), log: pino({ level: 'silent' }) });
  const from = performance.now();
  for (let at = 0; at < uses.length; at += BATCH) {
    await held.applyWindows(uses.slice(at, at + BATCH).map((one, i) => entryOf(one, at + i + 1)));
  }
  return { held, seconds: (performance.now() - from) / 1_000 };
}

function fillMaps(): { devicesOf: Map<string, Set<string>>; cardsOf: Map<string, Set<string>>; seconds: number } {
  const [devicesOf, cardsOf] = [new Map<string, Set<string>>(), new Map<string, Set<string>>()];
  const add = (map: Map<string, Set<string>>, key: string, value: string): void => {
    const held = map.get(key);
    if (held) held.add(value);
    else map.set(key, new Set([value]));
  };
  const from = performance.now();
  for (const { card, device } of uses) {
    if (device === null) continue;
    add(devicesOf, card, device);
    add(cardsOf, device, card);
  }
  return { devicesOf, cardsOf, seconds: (performance.now() - from) / 1_000 };
}

async function readAll(held: MemoryOnlineStore, of: readonly string[]): Promise<number> {
  const from = performance.now();
  for (let i = 0; i < READS; i++) {
    await held.readNetworks([{ view: VIEW, key: of[i % of.length] ?? '', plan, atMs: endMs }]);
  }
  return (performance.now() - from) / 1_000;
}

/** The definition, for comparison. */
function exact(card: string): number {
  const own = new Set(within.filter((use) => use.card === card).map(({ device }) => device));
  const others = within.filter((use) => use.card !== card && use.device !== null && own.has(use.device));
  return Math.min(LIMIT, new Set(others.map((use) => use.card)).size);
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const perSecond = (value: number): string => `${Math.round(value).toLocaleString('en')}/s`;

const taken = { store: [] as number[], maps: [] as number[], quiet: [] as number[], hub: [] as number[] };
const off = { store: 0, maps: 0, exact: 0 };
for (let round = 0; round < ROUNDS; round++) {
  const maps = round % 2 === 0 ? null : fillMaps();
  const { held, seconds } = await fillStore();
  const { devicesOf, cardsOf, seconds: mapSeconds } = maps ?? fillMaps();
  taken.store.push(seconds);
  taken.maps.push(mapSeconds);
  taken.quiet.push(await readAll(held, quietCards));
  taken.hub.push(await readAll(held, hubCards));
  if (round === 0) {
    for (const card of quietCards.slice(0, 300)) {
      const right = exact(card);
      const [counts] = await held.readNetworks([{ view: VIEW, key: card, plan, atMs: endMs }]);
      const naive = new Set([...(devicesOf.get(card) ?? [])].flatMap((device) => [...(cardsOf.get(device) ?? [])]));
      off.exact += right;
      off.store += Math.abs((counts?.[0]?.others ?? 0) - right);
      off.maps += Math.abs(Math.min(LIMIT, naive.size - 1) - right);
    }
  }
  await held.close();
}

const rate = { store: EVENTS / median(taken.store), maps: EVENTS / median(taken.maps) };
console.log(`${EVENTS} events of ${CARDS} cards in batches of ${BATCH}, limit ${LIMIT}, median of ${ROUNDS} rounds`);
console.log(
  `  the store:    ${perSecond(rate.store)}; the Maps of Sets ${perSecond(rate.maps)}, the store does ${(rate.store / rate.maps).toFixed(2)} of it`,
);
console.log(
  `  reads:        ${perSecond(READS / median(taken.quiet))} of quiet cards, ${perSecond(READS / median(taken.hub))} at a hub of ${hubCards.length}`,
);
const share = (value: number): string => `${((100 * value) / Math.max(1, off.exact)).toFixed(1)} %`;
console.log(`  off the definition: the store by ${share(off.store)}, Maps that never forget by ${share(off.maps)}`);
