import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { EdgeProblem, type Prediction } from '../../../packages/edge/client.ts';
import { clients, ENDPOINT, type Asked } from './edge.ts';
import { anyFlight, FIRST_FLIGHT, requestOf, type Flight } from './flight.ts';
import { Account } from './parts/account.tsx';
import { Answer } from './parts/answer.tsx';
import { Form } from './parts/form.tsx';
import { Header } from './parts/header.tsx';
import { History } from './parts/history.tsx';
import { RouteMap } from './parts/route-map.tsx';
import { keepAskings, readAskings, type Asking } from './predictions.ts';
import { useEdge, useOnline } from './use-edge.ts';

/** So many flights at once, to see records wait and leave. */
const MANY = 10;

export function App(): JSX.Element {
  const edge = useEdge();
  const isOnline = useOnline();
  const [askings, setAskings] = useState(readAskings);
  const [flight, setFlight] = useState<Flight>(() => askings[0]?.flight ?? FIRST_FLIGHT);
  const [asked, setAsked] = useState<Asked>('local');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<EdgeProblem | null>(null);

  const keep = (change: (before: readonly Asking[]) => readonly Asking[]): void =>
    setAskings((before) => keepAskings(change(before)));

  async function whileBusy(work: () => Promise<void>): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
      edge.look();
    }
  }

  async function ask(one: Flight): Promise<void> {
    const prediction: Prediction = await clients[asked].predict(ENDPOINT, requestOf(one));
    keep((before) => [{ flight: one, prediction }, ...before]);
  }

  const askMany = async (): Promise<void> => {
    for (let i = 0; i < MANY; i++) {
      const one = anyFlight();
      await ask(one);
      setFlight(one);
    }
  };

  const sayOutcome = ({ prediction }: Asking, value: 0 | 1): Promise<void> =>
    whileBusy(async () => {
      const occurredAt = new Date().toISOString();
      await clients.local.outcome({ id: crypto.randomUUID(), predictionId: prediction.id, value, occurredAt });
      keep((before) => before.map((one) => (one.prediction.id === prediction.id ? { ...one, outcome: value } : one)));
    });

  const stub = useRef<HTMLDivElement>(null);
  const [latest] = askings;
  const shown = latest && sameFlight(latest.flight, flight) ? latest : null;
  return (
    <>
      <Header isOnline={isOnline} model={edge.model} />
      <main>
        <section class="pass" aria-label="The flight and its prediction">
          <div class="pass-flight">
            <RouteMap flight={flight} isLate={shown?.prediction.decision === 'LATE'} />
            <Form
              flight={flight}
              asked={asked}
              isBusy={isBusy}
              model={edge.model}
              change={setFlight}
              choose={setAsked}
              ask={() => void whileBusy(() => ask(flight)).then(() => showAnswer(stub.current))}
              askMany={() => void whileBusy(askMany)}
              many={MANY}
            />
          </div>
          <div class="stub" aria-live="polite" ref={stub}>
            <Answer asking={shown} model={edge.model} problem={problem} status={edge.status} isBusy={isBusy} />
          </div>
        </section>
        <div class="columns">
          <Account
            status={edge.status}
            isOnline={isOnline}
            model={edge.model}
            send={() => void whileBusy(async () => void (await clients.local.flush()))}
          />
          <History
            askings={askings}
            choose={(asking) => setFlight(asking.flight)}
            sayOutcome={(asking, value) => void sayOutcome(asking, value)}
          />
        </div>
      </main>
    </>
  );
}

/** On a phone it lies below the form. */
function showAnswer(answer: HTMLElement | null): void {
  if (answer && answer.getBoundingClientRect().top > innerHeight / 2) answer.scrollIntoView({ behavior: 'smooth' });
}

function problemOf(error: unknown): EdgeProblem {
  if (error instanceof EdgeProblem) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new EdgeProblem(message, { code: 'UNAVAILABLE' });
}

const sameFlight = (one: Flight, other: Flight): boolean =>
  (Object.keys(one) as (keyof Flight)[]).every((key) => one[key] === other[key]);
