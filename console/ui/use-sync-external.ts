import { useEffect, useState } from 'preact/hooks';

/** A value outside the components that tells when it changes. */
export interface Store<Value> {
  get(): Value;
  set(value: Value): void;
  watch(watcher: () => void): () => void;
}

export function makeStore<Value>(first: Value): Store<Value> {
  let value = first;
  const watchers = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      value = next;
      for (const watcher of watchers) watcher();
    },
    watch: (watcher) => {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
  };
}

export function useSyncExternal<Value>(store: Store<Value>): Value {
  const [value, setValue] = useState(() => store.get());
  useEffect(() => store.watch(() => setValue(() => store.get())), [store]);
  return value;
}
