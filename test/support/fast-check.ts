// By its file, since the name leads here in tests.
import { configureGlobal } from '../../node_modules/fast-check/lib/fast-check.js';

// The same cases in each run, so that what fails fails again; another number tries others.
configureGlobal({ seed: Number(process.env['TIFFIN_SEED'] ?? 20_010_122) });

export * from '../../node_modules/fast-check/lib/fast-check.js';
