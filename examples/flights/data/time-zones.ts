/** IANA zones of states; where a state has two, of its larger part. */
const ZONE_OF_STATE: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    'America/New_York': 'CT DC DE FL GA KY MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV',
    'America/Chicago': 'AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI',
    'America/Denver': 'CO ID MT NM UT WY',
    'America/Los_Angeles': 'CA NV OR WA',
    'America/Phoenix': 'AZ', // no daylight saving
    'America/Indiana/Indianapolis': 'IN', // none in 2001
    'America/Anchorage': 'AK',
    'Pacific/Honolulu': 'HI',
    'America/Puerto_Rico': 'PR VI',
  }).flatMap(([zone, states]) => states.split(' ').map((state) => [state, zone])),
);

/** Airports whose zone is not that of their state, and MQT (Marquette), whose state is missing from airports.csv. */
const ZONE_OF_AIRPORT: Readonly<Record<string, string>> = {
  MQT: 'America/Detroit',
  PNS: 'America/Chicago',
  VPS: 'America/Chicago',
  EVV: 'America/Chicago',
  CHA: 'America/New_York',
  TRI: 'America/New_York',
  TYS: 'America/New_York',
  ELP: 'America/Denver',
  RAP: 'America/Denver',
};

/** The zone in whose local time an airport's flights are recorded; undefined where neither table knows it. */
export const timeZoneOf = (iata: string, state: string): string | undefined =>
  ZONE_OF_AIRPORT[iata] ?? ZONE_OF_STATE[state];
