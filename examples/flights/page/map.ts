import facts from 'virtual:map';
import type { MapFacts } from './airports.ts';

/** As the build has made it: see build/map-module.ts. */
export const MAP = facts as MapFacts;
