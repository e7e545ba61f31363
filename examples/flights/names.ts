/** What the example calls its things. Every part of it, and whoever follows it, finds them by these names. */

export const ENTITIES = { origin: 'origin', destination: 'destination' } as const;

/** The views of late shares; each is keyed by the airport of its side. */
export const VIEWS = {
  origin: { name: 'origin_delays', joinKey: 'origin' },
  destination: { name: 'dest_delays', joinKey: 'destination' },
} as const;

/** The features of either view. */
export const VIEW_FEATURES = ['late_share_3h', 'flights_3h'] as const;

export const SERVICE = 'flight_delay';

export const ENDPOINT = 'flight-delay';
export const DEPLOYMENT = 'tiffin:default:deployment:flight-delay@production';

/** The devices that may hold the model themselves: browsers that have opened the page. */
export const WEB_AUDIENCE = 'web';

/** The fields of a request. `flight` says which flight it is: the unit that traffic is split on. */
export const INPUTS = ['flight', 'origin', 'destination', 'distance', 'hour', 'dow'] as const;

/** Alert rules of the deployment; each is evaluated on demand, since a replay drives the clock. */
export const ALERT_RULES = { scoreDrift: 'score-drift', distanceDrift: 'distance-drift', brier: 'brier' } as const;
