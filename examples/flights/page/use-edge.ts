import { useEffect, useState } from 'preact/hooks';
import type { NodeStatus } from '../../../packages/edge/client.ts';
import { clients, isOurs } from './edge.ts';

const LOOK_MS = 1_500;

/** Where the model of this browser stands. */
export type ModelState =
  | { readonly kind: 'STARTING' }
  | { readonly kind: 'LOADING' }
  | { readonly kind: 'READY' }
  /** Only the server answers. */
  | { readonly kind: 'NONE'; readonly why: string };

export interface EdgeView {
  readonly model: ModelState;
  readonly status: NodeStatus | null;
  /** Looks again now. */
  readonly look: () => void;
}

/** What the worker says of itself, now and again and whenever something was asked. */
export function useEdge(): EdgeView {
  const [why, setWhy] = useState<string | null | undefined>(undefined);
  const [status, setStatus] = useState<NodeStatus | null>(null);
  const look = (): void => void clients.local.status().then(setStatus, () => undefined);
  useEffect(() => {
    void clients.local.whyRemote().then(setWhy);
    look();
    const timer = setInterval(look, LOOK_MS);
    const stop = clients.local.onUpdate(look);
    return () => {
      clearInterval(timer);
      stop();
    };
  }, []);
  return { model: modelOf(why, status), status, look };
}

function modelOf(why: string | null | undefined, status: NodeStatus | null): ModelState {
  if (why === undefined) return { kind: 'STARTING' };
  if (why !== null) return { kind: 'NONE', why };
  const ours = status?.deployments.find(isOurs);
  if (ours?.refused) return { kind: 'NONE', why: ours.refused };
  return (ours?.serving.length ?? 0) > 0 ? { kind: 'READY' } : { kind: 'LOADING' };
}

/** Whether the browser says that there is a network. */
export function useOnline(): boolean {
  const [isOnline, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = (): void => setOnline(navigator.onLine);
    addEventListener('online', look);
    addEventListener('offline', look);
    return () => {
      removeEventListener('online', look);
      removeEventListener('offline', look);
    };
  }, []);
  return isOnline;
}
