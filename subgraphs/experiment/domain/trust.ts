import type { MachineKey } from '../../../core/machine-keys.ts';

/** Where a record comes from: `server` is an enrolled node, `device` a public key in an app. */
export type Trust = MachineKey['trust'];
export const TRUST_CLASSES = ['server', 'device'] as const satisfies readonly Trust[];
