import { expect, it } from 'vitest';
import { cutsOf } from '../../../../subgraphs/monitoring/domain/rollup/series.ts';

const at = (time: string): Date => new Date(`2026-03-10T${time}Z`);
const SINCE = at('12:00:00.000');

it.each([
  ['within a minute', '09:00:10', '09:00:50', null, ['09:00:50', '09:00:50', '09:00:50', '09:00:50']],
  ['of whole minutes', '09:10:00', '09:20:00', null, ['09:10:00', '09:20:00', '09:20:00', '09:20:00']],
  ['of minutes and rests', '09:10:01', '09:20:59', null, ['09:11:00', '09:20:00', '09:20:00', '09:20:00']],
  ['of hours', '09:00:00', '11:00:00', null, ['09:00:00', '09:00:00', '11:00:00', '11:00:00']],
  ['of all', '08:59:30', '11:10:20', null, ['09:00:00', '09:00:00', '11:00:00', '11:10:00']],
  ['before minutes are kept', '08:59:30', '11:10:20', SINCE, ['09:00:00', '09:00:00', '11:00:00', '11:00:00']],
  ['since minutes are kept', '11:20:30', '13:10:20', SINCE, ['12:00:00', '12:00:00', '13:00:00', '13:10:00']],
  ['within an hour of no minutes', '09:10:00', '09:50:00', SINCE, ['09:50:00', '09:50:00', '09:50:00', '09:50:00']],
] as const)('cuts a window %s', (_, from, to, since, expected) => {
  const { minutesFrom, hoursFrom, hoursTo, minutesTo } = cutsOf({ from: at(from), to: at(to) }, since);
  expect([minutesFrom, hoursFrom, hoursTo, minutesTo]).toEqual(expected.map((time) => at(time)));
});
