/** Raised with every change of what the tabular engine answers: a proof names the version that was proven. */
export const TABULAR_VERSION = '1.0.0';
