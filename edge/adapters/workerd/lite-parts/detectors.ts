import type * as original from '../../../detectors/detectors.ts';

/** There are none: a release with detectors requires `detectors:1`, which this bundle does not have. */
export class Detectors implements Pick<original.Detectors, keyof original.Detectors> {
  tripped(): null {
    return null;
  }

  note(): void {}

  report(): readonly [] {
    return [];
  }

  keepOnly(): void {}
}
