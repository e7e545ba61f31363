import { it } from 'vitest';
import { tellAndCompare } from './log-story.ts';

const FIRST = 4;
const STORIES = Number(process.env['TIFFIN_STORIES'] ?? 12);

it.each(Array.from({ length: STORIES }, (_, i) => FIRST + i))(
  'what was served at a time is what a training set says of it, more logs, log %d',
  tellAndCompare,
);
