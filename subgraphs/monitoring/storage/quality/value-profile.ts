import type { Pool } from 'pg';
import type { ValueProfile } from '../../../../core/sketch/value-profile.ts';
import type { PredictionWindow } from '../../domain/prediction-window.ts';
import { addProfiles, profileOfSample, SCORE_NAME } from '../../domain/quality/profile.ts';
import { endsAround, wholeHours } from '../../domain/time-window.ts';
import { countAnswers } from '../rollup/answer-count.ts';
import { readValues } from '../record/value-window.ts';
import { readProfiles } from './profile.ts';

/**
 * How the score or a feature of a deployment was distributed in a window: of its whole hours as nodes counted them, of what is left at both
 * ends from records. Null where these would not be the values of the stored answers: nodes counted more or fewer of them, or not
 * this value, or the ends hold more than is read one by one.
 */
export async function readValueProfile(
  pool: Pool,
  window: PredictionWindow,
  name: string,
  minutesSince: Date | null,
): Promise<ValueProfile | null> {
  const hours = wholeHours(window);
  if (hours === null) return null;
  const inner = { ...window, ...hours };
  const { rows } = await countAnswers(pool, inner, minutesSince);
  const { answers, profiles } = await readProfiles(pool, { ...inner, segment: '', release: null });
  if (answers !== rows) return null;
  for (const end of endsAround(window, hours)) {
    const read = await readValues(pool, { ...window, ...end }, name === SCORE_NAME ? [] : [name]);
    const profile = read.used < read.rows ? null : profileOfSample(read.features[0] ?? read.score);
    if (profile === null) return null;
    addProfiles(profiles, new Map([[name, profile]]));
  }
  return profiles.get(name) ?? null;
}
