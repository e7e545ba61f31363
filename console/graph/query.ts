import { useLayoutEffect, useReducer, useRef } from 'preact/hooks';
import type { Operation } from '../../client/operation.ts';
import { ask, type Answer } from './ask.ts';
import { isAway, isOfPage, onePerPart, type Problem } from './problem.ts';

export interface Query<Result> {
  /** The newest answer; while another is on its way, the one before. */
  readonly data: Result | null;
  readonly problems: Answer<Result>['problems'];
  /** Whether nothing was answered so far. */
  readonly isFirst: boolean;
  readonly refetch: () => void;
}

interface Entry {
  answer: Answer<unknown> | undefined;
  asking: boolean;
  readonly run: () => void;
  readonly watchers: Set<() => void>;
}

/** What mounted parts of the page show, by question. Two that ask the same are asked once. */
const entries = new Map<string, Entry>();
const listeners = new Set<(at: Date) => void>();
let newest: Date | undefined;

/** When the server was last heard. */
export const asOf = (): Date | undefined => newest;

export function onAnswer(listener: (at: Date) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether something on the page waits for a part of the install to come back. */
export const misses = (): boolean => [...entries.values()].some(({ answer }) => answer?.problems.some(isAway) === true);

/** Parts of the install that are away, of all that is asked for on the page. */
const partsAway = (): readonly Problem[] =>
  onePerPart([...entries.values()].flatMap(({ answer }) => answer?.problems.filter(isOfPage) ?? []));
const awayWatchers = new Set<() => void>();

/** The same, as answers come. */
export function useAway(): readonly Problem[] {
  const [, render] = useReducer((count: number) => count + 1, 0);
  useLayoutEffect(() => {
    const watch = (): void => render(undefined);
    awayWatchers.add(watch);
    return () => void awayWatchers.delete(watch);
  }, []);
  return partsAway();
}

/** Asks again whatever is on the page. */
export function refetchAll(): void {
  for (const entry of entries.values()) entry.run();
}

/** Takes what has come unasked for the answer to a question that is on the page. */
export function putAnswer<Result, Variables>(
  operation: Operation<Result, Variables>,
  variables: Variables,
  data: Result,
): void {
  const entry = entries.get(keyOf(operation, variables));
  if (!entry) return;
  entry.answer = { data, problems: [] };
  heard();
  for (const watch of entry.watchers) watch();
}

const keyOf = <Result, Variables>({ text }: Operation<Result, Variables>, variables: Variables): string =>
  `${text} ${JSON.stringify(variables)}`;

/** How many parts of the page have been drawn so far: what stands further up was drawn first. */
let drawn = 0;
const waiting: { readonly place: number; readonly run: () => void }[] = [];

/** What one change of the page asks goes out in the order in which the page shows it: a browser sends few questions at a time. */
function askInOrder(place: number, run: () => void): void {
  if (waiting.length === 0) {
    queueMicrotask(() => {
      for (const next of waiting.splice(0).sort((a, b) => a.place - b.place)) next.run();
    });
  }
  waiting.push({ place, run });
}

/** Asks while it is mounted; `null` for variables asks nothing. */
export function useQuery<Result, Variables>(
  operation: Operation<Result, Variables>,
  variables: Variables | null,
): Query<Result> {
  const before = useRef<Answer<Result> | undefined>(undefined);
  const place = ++drawn;
  const [, render] = useReducer((count: number) => count + 1, 0);
  const key = variables === null ? undefined : keyOf(operation, variables);
  // Before the browser paints: the answer is on its way meanwhile.
  useLayoutEffect(() => {
    if (key === undefined || variables === null) return undefined;
    const entry = entries.get(key) ?? makeEntry(key, operation, variables);
    const watch = (): void => render(undefined);
    entry.watchers.add(watch);
    if (!entry.answer) askInOrder(place, entry.run);
    else watch();
    return () => {
      entry.watchers.delete(watch);
      if (entry.watchers.size === 0) entries.delete(key);
    };
  }, [key]);
  const entry = key === undefined ? undefined : entries.get(key);
  const answer = entry?.answer as Answer<Result> | undefined;
  if (answer) before.current = answer;
  // While the next page or another filter is on its way, the one before stays, with what it could not tell: nothing jumps.
  const kept = key === undefined || before.current?.data === null ? undefined : before.current;
  const shown = answer ?? kept;
  return {
    data: shown?.data ?? null,
    problems: shown?.problems ?? [],
    isFirst: key !== undefined && shown === undefined,
    refetch: () => entry?.run(),
  };
}

function makeEntry<Result, Variables>(
  key: string,
  operation: Operation<Result, Variables>,
  variables: Variables,
): Entry {
  const entry: Entry = {
    answer: undefined,
    asking: false,
    watchers: new Set(),
    run: () => void refresh(entry, () => ask(operation, variables)),
  };
  entries.set(key, entry);
  return entry;
}

async function refresh(entry: Entry, question: () => Promise<Answer<unknown>>): Promise<void> {
  if (entry.asking) return;
  entry.asking = true;
  const answer = await question();
  entry.asking = false;
  // A part that is away takes nothing off the page that was there: the mark says that it is old.
  entry.answer = answer.data === null && entry.answer ? { ...answer, data: entry.answer.data } : answer;
  if (answer.data !== null) heard();
  for (const watch of entry.watchers) watch();
  for (const watch of awayWatchers) watch();
}

function heard(): void {
  newest = new Date();
  for (const listener of listeners) listener(newest);
}
