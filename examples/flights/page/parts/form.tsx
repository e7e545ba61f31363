import type { JSX } from 'preact';
import type { Asked } from '../edge.ts';
import { airportOf, clockOf, DAYS, type Flight } from '../flight.ts';
import type { ModelState } from '../use-edge.ts';
import { MAP } from '../map.ts';

interface FormProps {
  readonly flight: Flight;
  readonly asked: Asked;
  readonly isBusy: boolean;
  readonly model: ModelState;
  readonly many: number;
  readonly change: (flight: Flight) => void;
  readonly choose: (asked: Asked) => void;
  readonly ask: () => void;
  readonly askMany: () => void;
}

const MOST_LATE = 90;

export function Form({ flight, asked, isBusy, model, many, change, choose, ask, askMany }: FormProps): JSX.Element {
  const set = (part: Partial<Flight>): void => change({ ...flight, ...part });
  const isReady = model.kind === 'READY' || model.kind === 'NONE' || asked === 'remote';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady && !isBusy) ask();
      }}
    >
      <div class="ends">
        <AirportField label="From" value={flight.origin} not={flight.destination} set={(origin) => set({ origin })} />
        <button
          type="button"
          class="icon swap"
          aria-label="Swap the two airports"
          title="Swap the two airports"
          onClick={() => set({ origin: flight.destination, destination: flight.origin })}
        >
          <span aria-hidden="true">⇄</span>
        </button>
        <AirportField
          label="To"
          value={flight.destination}
          not={flight.origin}
          set={(destination) => set({ destination })}
        />
      </div>
      <fieldset class="days">
        <legend>Day</legend>
        {DAYS.map((name, day) => (
          <label key={name}>
            <input type="radio" name="day" checked={flight.day === day} onChange={() => set({ day })} />
            <span>
              {name.slice(0, 2)}
              <span class="visually-hidden">{name.slice(2)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <RangeField
        label="Leaves the gate at"
        shown={clockOf(flight.hour)}
        value={flight.hour}
        most={23}
        set={(hour) => set({ hour })}
      />
      <div class="pair">
        <RangeField
          label={`Late in ${airportOf(flight.origin).city} now`}
          shown={`${flight.lateAtOrigin} %`}
          value={flight.lateAtOrigin}
          most={MOST_LATE}
          set={(lateAtOrigin) => set({ lateAtOrigin })}
        />
        <RangeField
          label={`Late in ${airportOf(flight.destination).city} now`}
          shown={`${flight.lateAtDestination} %`}
          value={flight.lateAtDestination}
          most={MOST_LATE}
          set={(lateAtDestination) => set({ lateAtDestination })}
        />
      </div>
      <div class="asks">
        <fieldset class="who">
          <legend class="visually-hidden">Who answers</legend>
          <label>
            <input type="radio" name="asked" checked={asked === 'local'} onChange={() => choose('local')} />
            <span>This browser</span>
          </label>
          <label>
            <input type="radio" name="asked" checked={asked === 'remote'} onChange={() => choose('remote')} />
            <span>The server</span>
          </label>
        </fieldset>
        <button type="submit" class="primary" aria-disabled={!isReady || isBusy}>
          Predict
        </button>
        <button type="button" aria-disabled={!isReady || isBusy} onClick={() => isReady && !isBusy && askMany()}>
          {many} random flights
        </button>
      </div>
    </form>
  );
}

interface AirportFieldProps {
  readonly label: string;
  readonly value: string;
  /** The other end. */
  readonly not: string;
  readonly set: (code: string) => void;
}

function AirportField({ label, value, not, set }: AirportFieldProps): JSX.Element {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={({ currentTarget }) => set(currentTarget.value)}>
        {MAP.airports
          .filter(({ code }) => code !== not)
          .map(({ code, city }) => (
            <option key={code} value={code}>
              {code} {city}
            </option>
          ))}
      </select>
    </label>
  );
}

interface RangeFieldProps {
  readonly label: string;
  readonly shown: string;
  readonly value: number;
  readonly most: number;
  readonly set: (value: number) => void;
}

function RangeField({ label, shown, value, most, set }: RangeFieldProps): JSX.Element {
  return (
    <label class="field range">
      <span>
        {label} <b>{shown}</b>
      </span>
      <input
        type="range"
        min="0"
        max={most}
        value={value}
        aria-valuetext={shown}
        style={{ '--done': `${(value / most) * 100}%` }}
        onInput={({ currentTarget }) => set(Number(currentTarget.value))}
      />
    </label>
  );
}
