import { InputType } from 'type-graphql';
import { acquired, EndHoldingInput } from './traffic-input.ts';
import { ShadowLayerInput } from './traffic-layer-input.ts';

@InputType({ description: 'A release to score beside the answers of a deployment.' })
export class AcquireShadowInput extends acquired(ShadowLayerInput) {}

@InputType({ description: 'A shadow to end.' })
export class EndShadowInput extends EndHoldingInput {}
