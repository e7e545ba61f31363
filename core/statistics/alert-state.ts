/** What one evaluation of a rule saw: the condition met, not met, or no sample at all. */
export type AlertObservation = 'hit' | 'miss' | 'noData';

/** Times of a rule, in ms, by Prometheus's meaning of `for` and `keep_firing_for`. */
export interface AlertTiming {
  /** How long the condition must hold before the alert fires; 0 fires at once. */
  readonly forMs: number;
  /** How long the alert goes on firing after the condition's last hit, counted from the first miss. */
  readonly keepFiringForMs?: number;
  /** What no sample means: `ok` as Prometheus (a miss), `alerting` (a hit), `keep` (nothing changes). */
  readonly noData?: 'ok' | 'alerting' | 'keep';
}

/** One alert, of one label set. `resolved` lasts for the evaluation at which a firing alert ends. */
export interface AlertState {
  readonly status: 'inactive' | 'pending' | 'firing' | 'resolved';
  /** First evaluation of the present run of hits; `null` when inactive or resolved. */
  readonly activeAtMs: number | null;
  /** First miss since the last hit of an alert that is kept firing. */
  readonly keepFiringSinceMs: number | null;
  readonly evaluatedAtMs: number | null;
}

export const INACTIVE: AlertState = {
  status: 'inactive',
  activeAtMs: null,
  keepFiringSinceMs: null,
  evaluatedAtMs: null,
};

function afterHit(state: AlertState, atMs: number, forMs: number): AlertState {
  const activeAtMs = state.activeAtMs ?? atMs;
  const fires = state.status === 'firing' || atMs - activeAtMs >= forMs;
  return { status: fires ? 'firing' : 'pending', activeAtMs, keepFiringSinceMs: null, evaluatedAtMs: atMs };
}

function afterMiss(state: AlertState, atMs: number, keepFiringForMs: number): AlertState {
  if (state.status !== 'firing') return { ...INACTIVE, evaluatedAtMs: atMs };
  const keepFiringSinceMs = state.keepFiringSinceMs ?? atMs;
  if (atMs - keepFiringSinceMs < keepFiringForMs) return { ...state, keepFiringSinceMs, evaluatedAtMs: atMs };
  return { ...INACTIVE, status: 'resolved', evaluatedAtMs: atMs };
}

/**
 * The next state of an alert (Prometheus `rules/alerting.go`): pending from the first hit, firing once the hits have
 * lasted `forMs`, in the same evaluation; one miss drops pending. An evaluation that is not later than the last one
 * changes nothing, so that a tick that is delivered twice does no harm.
 */
export function stepAlert(
  state: AlertState,
  observation: AlertObservation,
  atMs: number,
  timing: AlertTiming,
): AlertState {
  if (state.evaluatedAtMs !== null && atMs <= state.evaluatedAtMs) return state;
  const noData = timing.noData ?? 'ok';
  if (observation === 'noData' && noData === 'keep') {
    return state.status === 'resolved' ? { ...INACTIVE, evaluatedAtMs: atMs } : { ...state, evaluatedAtMs: atMs };
  }
  const hit = observation === 'hit' || (observation === 'noData' && noData === 'alerting');
  return hit ? afterHit(state, atMs, timing.forMs) : afterMiss(state, atMs, timing.keepFiringForMs ?? 0);
}
