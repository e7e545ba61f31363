/** A flight is late if it arrives more than this many minutes after schedule. */
export const LATE_AFTER_MINUTES = 15;

/**
 * Delays outside these minutes, ends included, are recording faults: nobody arrives two hours early, and what stands at
 * nearly 24 hours left a few minutes early, on the day before its schedule. Such flights are left out and counted.
 */
export const PLAUSIBLE_DELAY_MINUTES = { least: -90, most: 1_380 } as const;

/**
 * When the outcome is known: a flight is taken to last 35 minutes and 8 miles a minute. An assumption, since the data has
 * no arrival times.
 */
export const KNOWN_AFTER = { minutes: 35, milesPerMinute: 8 } as const;

export const isPlausibleDelay = (minutes: number): boolean =>
  minutes >= PLAUSIBLE_DELAY_MINUTES.least && minutes <= PLAUSIBLE_DELAY_MINUTES.most;

export const knownAt = (departure: Date, distanceMiles: number): Date =>
  new Date(departure.getTime() + 60_000 * (KNOWN_AFTER.minutes + distanceMiles / KNOWN_AFTER.milesPerMinute));

/** The same rules as SQL over `raw_flight`, to the microsecond. */
export const RULES_SQL = {
  plausible: `delay between ${PLAUSIBLE_DELAY_MINUTES.least} and ${PLAUSIBLE_DELAY_MINUTES.most}`,
  late: `delay > ${LATE_AFTER_MINUTES}`,
  knownAt: `departure + to_microseconds(cast(60000000 * (${KNOWN_AFTER.minutes} + distance / ${KNOWN_AFTER.milesPerMinute}) as bigint))`,
} as const;
