import type { JSX } from 'preact';
import { clockOf, dayOf } from '../flight.ts';
import type { Asking } from '../predictions.ts';
import { percent } from '../words.ts';

interface HistoryProps {
  readonly askings: readonly Asking[];
  readonly choose: (asking: Asking) => void;
  readonly sayOutcome: (asking: Asking, value: 0 | 1) => void;
}

const MOST = 6;
const PLACES = { local: 'browser', remote: 'server' } as const;

/** What was asked in this browser last; and what became of it, where somebody knows. */
export function History({ askings, choose, sayOutcome }: HistoryProps): JSX.Element {
  return (
    <section class="card history" aria-label="Asked before">
      <div class="card-head">
        <h2>Asked before</h2>
      </div>
      {askings.length === 0 && (
        <p class="soft">
          Flights that you ask about are listed here. Say what became of them, and the model is judged by it.
        </p>
      )}
      <ul>
        {askings.slice(0, MOST).map((asking) => (
          <Row key={asking.prediction.id} asking={asking} choose={choose} sayOutcome={sayOutcome} />
        ))}
      </ul>
    </section>
  );
}

function Row({ asking, choose, sayOutcome }: Omit<HistoryProps, 'askings'> & { readonly asking: Asking }): JSX.Element {
  const { flight, prediction, outcome } = asking;
  const way = `${flight.origin} → ${flight.destination}`;
  return (
    <li>
      <button type="button" class="plain" onClick={() => choose(asking)} title="Show it again">
        <span class="trip">{way}</span>
        <span class="soft">
          {dayOf(flight).slice(0, 3)} {clockOf(flight.hour)} · {PLACES[prediction.source]}
        </span>
      </button>
      <span class={prediction.decision === 'LATE' ? 'share late' : 'share'}>{percent(prediction.score)}</span>
      {outcome === undefined ? (
        <span class="outcomes" role="group" aria-label={`What became of ${way}`}>
          <button type="button" class="small" onClick={() => sayOutcome(asking, 0)}>
            on time
          </button>
          <button type="button" class="small" onClick={() => sayOutcome(asking, 1)}>
            late
          </button>
        </span>
      ) : (
        <span class="outcome">was {outcome === 1 ? 'late' : 'on time'}</span>
      )}
    </li>
  );
}
