const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** India has one time zone: UTC+05:30. */
export const IST_OFFSET_MINUTES = 330;

/** Days of festivals that move with the moon, as they are kept in most states; whoever needs other years adds them. */
const MOVING: Readonly<Record<string, readonly string[]>> = {
  diwali: ['2025-10-20', '2026-11-08', '2027-10-29', '2028-10-17', '2029-11-05', '2030-10-26'],
  holi: ['2025-03-14', '2026-03-04', '2027-03-22', '2028-03-11', '2029-03-01', '2030-03-20'],
};
const FIXED: Readonly<Record<string, string>> = { pongal: '01-14', independence: '08-15', christmas: '12-25' };

/** How many days before and after a festival people buy for it. */
const DAYS_AROUND = { before: 4, after: 1 } as const;

export interface IndianTime {
  /** 0–23. */
  readonly hour: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly season: 'winter' | 'summer' | 'monsoon' | 'after monsoon';
  readonly festival: string | null;
}

/** Hour, weekday, season and festival in India at an instant. */
export function indianTime(ms: number): IndianTime {
  const local = new Date(ms + IST_OFFSET_MINUTES * MINUTE_MS);
  return {
    hour: local.getUTCHours(),
    weekday: local.getUTCDay(),
    season: seasonOf(local.getUTCMonth()),
    festival: festivalOf(local),
  };
}

/** As the India Meteorological Department divides the year. */
function seasonOf(month: number): IndianTime['season'] {
  if (month <= 1) return 'winter';
  if (month <= 4) return 'summer';
  return month <= 8 ? 'monsoon' : 'after monsoon';
}

function festivalOf(local: Date): string | null {
  const year = local.getUTCFullYear();
  const days = [
    ...Object.entries(MOVING).flatMap(([name, dates]) => dates.map((date) => [name, date] as const)),
    ...Object.entries(FIXED).map(([name, day]) => [name, `${year}-${day}`] as const),
  ];
  const today = Math.floor(local.getTime() / DAY_MS);
  const near = ([, date]: readonly [string, string]): boolean => {
    const day = Date.parse(date) / DAY_MS;
    return today >= day - DAYS_AROUND.before && today <= day + DAYS_AROUND.after;
  };
  return days.find(near)?.[0] ?? null;
}

/** How much is bought at each hour of the day, against an even day. */
const BY_HOUR = [
  0.25, 0.15, 0.1, 0.1, 0.15, 0.3, 0.5, 0.75, 1, 1.2, 1.35, 1.4, 1.4, 1.3, 1.2, 1.2, 1.3, 1.5, 1.75, 1.9, 1.9, 1.6, 1.1,
  0.6,
];
const FESTIVAL = 1.8;
const WEEKEND = 1.15;

/** How much is bought at an instant, against an even day without festival. */
export function demandAt(ms: number): number {
  const { hour, weekday, festival } = indianTime(ms);
  const weekend = weekday === 0 || weekday === 6;
  return (BY_HOUR[hour] ?? 1) * (festival === null ? 1 : FESTIVAL) * (weekend ? WEEKEND : 1);
}
