import {
  createContext,
  createElement,
  useCallback,
  useContext,
  useEffect,
  useState,
  type ReactElement,
  type ReactNode,
} from 'react';
import type { EdgeClient, NodeStatus, PredictInput, Prediction } from '../edge/client.ts';

const Client = createContext<EdgeClient | null>(null);

export interface TiffinProviderProps {
  /** Made once, outside of components. */
  readonly client: EdgeClient;
  readonly children?: ReactNode;
}

/** Gives the components below it a client of the edge. */
export const TiffinProvider = ({ client, children }: TiffinProviderProps): ReactElement =>
  createElement(Client.Provider, { value: client }, children);

/** The client of the nearest TiffinProvider. Throws where there is none. */
export function useEdgeClient(): EdgeClient {
  const client = useContext(Client);
  if (!client) throw new Error('there is no TiffinProvider above this component');
  return client;
}

export interface PredictionState {
  /** Of the present input; null until it is there. */
  readonly prediction: Prediction | null;
  /** Why there is none, such as an EdgeProblem of @tiffin/edge. */
  readonly problem: Error | null;
  readonly isPending: boolean;
  /** Asks once more: another prediction, with a record of its own. */
  readonly again: () => void;
}

interface Answer {
  /** What was asked. */
  readonly key: string;
  readonly prediction: Prediction | null;
  readonly problem: Error | null;
}

/**
 * Asks an endpoint once for each input that differs in what it says; null asks nothing. While a page is rendered on a server nothing
 * is asked: the state is pending there. An answer that comes after the input has changed is left out.
 */
export function usePrediction(endpoint: string, input: PredictInput | null): PredictionState {
  const client = useEdgeClient();
  const [turn, setTurn] = useState(0);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const asked = input === null ? null : JSON.stringify(input);
  const key = `${turn} ${endpoint} ${asked}`;
  useEffect(() => {
    if (asked === null) return undefined;
    const giveUp = new AbortController();
    const say = (part: Partial<Answer>): void => {
      if (!giveUp.signal.aborted) setAnswer({ key, prediction: null, problem: null, ...part });
    };
    // In a turn of its own: what is mounted and unmounted at once, as in strict mode, has asked nothing.
    const timer = setTimeout(() => {
      client.predict(endpoint, JSON.parse(asked) as PredictInput, { signal: giveUp.signal }).then(
        (prediction) => say({ prediction }),
        (error: unknown) => say({ problem: error instanceof Error ? error : new Error(String(error)) }),
      );
    });
    return () => {
      clearTimeout(timer);
      giveUp.abort();
    };
  }, [client, key]);
  const again = useCallback(() => setTurn((before) => before + 1), []);
  const present = answer?.key === key ? answer : null;
  return {
    prediction: present?.prediction ?? null,
    problem: present?.problem ?? null,
    isPending: asked !== null && present === null,
    again,
  };
}

/** What the worker of this page says of itself, looked at every `everyMs` and when its model changes; null without a local model. */
export function useNodeStatus(everyMs = 5_000): NodeStatus | null {
  const client = useEdgeClient();
  const [status, setStatus] = useState<NodeStatus | null>(null);
  useEffect(() => {
    let isOver = false;
    const look = (): void =>
      void client.status().then(
        (now) => isOver || setStatus(now),
        () => undefined,
      );
    look();
    const timer = setInterval(look, everyMs);
    const end = client.onUpdate(look);
    return () => {
      isOver = true;
      clearInterval(timer);
      end();
    };
  }, [client, everyMs]);
  return status;
}
