import type * as combine from '../../../../core/recipe/combine-checks.ts';
import type * as detectors from '../../../../core/recipe/detectors.ts';
import type * as features from '../../../../core/recipe/feature-checks.ts';
import type * as inputs from '../../../../core/recipe/input-checks.ts';
import type * as models from '../../../../core/recipe/model-checks.ts';
import type * as rules from '../../../../core/recipe/rule-checks.ts';
import type * as reach from '../../../../core/recipe/rule-reach.ts';
import { DomainError } from '../../../../core/errors.ts';
import type * as layers from '../../../../core/traffic/layer-checks.ts';

/** What the registry alone asks: it refuses such recipes and layers before anybody signs them. */
const passed = (): void => undefined;

export const unreachable: typeof reach.unreachable = () => null;
export const checkLayout: typeof features.checkLayout = passed;
export const checkDefaults: typeof features.checkDefaults = passed;
export const checkEntities: typeof features.checkEntities = passed;
export const checkScore: typeof models.checkScore = passed;
export const checkOnError: typeof models.checkOnError = passed;
export const checkColumn: typeof models.checkColumn = passed;
export const FITS: Pick<typeof models.FITS, 'FLOAT64'> = { FLOAT64: [] };
export const checkActions: typeof rules.checkActions = passed;
export const checkFallback: typeof rules.checkFallback = passed;
export const checkArray: typeof inputs.checkArray = passed;
export const checkBudgets: typeof inputs.checkBudgets = passed;
export const checkCombine: typeof combine.checkCombine = passed;
export const checkDetectors: typeof detectors.checkDetectors = passed;
export const checkArms: typeof layers.checkArms = passed;
export const checkNamespace: typeof layers.checkNamespace = passed;
export const checkShadow: typeof layers.checkShadow = passed;
export const wrongLayer: typeof layers.wrongLayer = (message) => new DomainError('INVALID_INPUT', message);
