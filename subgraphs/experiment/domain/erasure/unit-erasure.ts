import { isStorableText } from '../../../../core/storable-text.ts';
import { refuse } from '../refuse.ts';

/** A unit, by the input field whose value it is. */
export interface UnitName {
  readonly unitField: string;
  readonly unit: string;
}

/** What an erasure took away. */
export interface Removed {
  /** Rows of units: one for each revision, and for records of nodes and of devices. */
  readonly units: number;
  readonly outcomes: number;
  readonly answers: number;
  readonly events: number;
}

/** That a unit was erased, as it is kept: nothing of it names the unit. */
export interface Erasure {
  readonly digest: string;
  /** The experiment that it is about; null: all that is held of the unit. */
  readonly experiment: string | null;
  readonly at: Date;
  /** Records of the unit that came afterwards and were dropped. */
  readonly late: number;
}

/** Shorter names occur in any text. */
const LEAST_TELLING = 4;

/** Throws INVALID_INPUT that names the field. */
export function checkErasure({ unitField, unit, reason }: UnitName & { readonly reason: string }): void {
  for (const [field, text] of Object.entries({ unitField, unit })) {
    if (text === '' || text.length > 256 || !isStorableText(text)) {
      throw refuse(field, 'must have 1 to 256 characters, none of them U+0000 or half a character');
    }
  }
  if (reason.trim() === '') throw refuse('reason', 'say why: an erasure has a reason');
  if (unit.length >= LEAST_TELLING && reason.includes(unit)) {
    throw refuse('reason', 'names the unit, and stays on record: say it without');
  }
}

/** What a result says where units are gone. */
export const erasedInWords = (units: number): readonly string[] =>
  units === 0
    ? []
    : [
        `${units} ${units === 1 ? 'unit was' : 'units were'} erased after ${units === 1 ? 'it' : 'they'} had met an arm: nothing of ${units === 1 ? 'it' : 'them'} is counted any more`,
      ];
