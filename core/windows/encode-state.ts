import { ByteReader, ByteWriter } from './bytes.ts';
import type { WindowPlan } from './plan.ts';
import { WindowState, type LogPlace, type Ring } from './state.ts';
import type { WindowEvent } from './window.ts';

/** Redis keeps a stamp before the bytes, drawn anew with each write, so that a write knows what it replaces. */
export const WINDOW_STAMP_BYTES = 8;

/** The first byte: another form's bytes are never read by this code. */
const FORM = 1;

/**
 * One entity's windows as bytes: form, newest event, horizon, applied places, events, then each ring's hops with the states
 * of its aggregates. Exact: what is decoded answers to the bit as what was encoded.
 */
export function encodeState(state: WindowState, plan: WindowPlan): Uint8Array {
  const { applied, newestMs, events, rings } = state.parts;
  const out = new ByteWriter();
  out.u8(FORM);
  out.f64(newestMs);
  out.f64(plan.horizonMs);
  for (const { seq, ordinal } of [applied.PUSHED, applied.LOADED]) {
    out.f64(seq);
    out.f64(ordinal);
  }
  out.u32(events.length);
  for (const event of events) writeEvent(out, event);
  out.u8(rings ? 1 : 0);
  rings?.forEach((ring, i) => {
    const folds = plan.rings[i]?.aggregates.map(({ fold }) => fold) ?? [];
    out.u32(ring.size);
    for (const [start, states] of ring) {
      out.f64(start);
      folds.forEach((fold, place) => fold.write(states[place], out));
    }
  });
  return out.done();
}

/** Stores hold what older versions wrote and what disks did to it: both are null here, never exceptions. */
export function decodeState(bytes: Uint8Array, plan: WindowPlan): WindowState | null {
  const from = new ByteReader(bytes);
  try {
    if (from.u8() !== FORM) return null;
    const newestMs = from.f64();
    from.f64();
    const place = (): LogPlace => ({ seq: from.f64(), ordinal: from.f64() });
    const applied = { PUSHED: place(), LOADED: place() };
    const events = Array.from({ length: from.u32() }, () => readEvent(from));
    const rings = from.u8() === 1 ? readRings(from, plan) : null;
    return from.atEnd ? new WindowState(plan, { applied, newestMs, events, rings }) : null;
  } catch (error) {
    // DataView, Array and TextDecoder say RangeError and TypeError for what is not there, BigInt SyntaxError.
    if (error instanceof RangeError || error instanceof TypeError || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The newest event of encoded windows, and how long it can matter; what an eviction asks without their plan. */
export function timesOfState(bytes: Uint8Array): { readonly newestMs: number; readonly horizonMs: number } {
  const from = new ByteReader(bytes);
  from.u8();
  return { newestMs: from.f64(), horizonMs: from.f64() };
}

function writeEvent(out: ByteWriter, event: WindowEvent): void {
  out.value(event.id);
  out.u8(event.retracted ? 1 : 0);
  out.f64(event.eventMs);
  out.f64(event.writtenMs);
  out.f64(event.seq);
  out.f64(event.ordinal);
  out.u32(event.values.length);
  for (const value of event.values) out.value(value);
}

function readEvent(from: ByteReader): WindowEvent {
  const id = from.value();
  const retracted = from.u8() === 1;
  return {
    id: typeof id === 'string' ? id : null,
    retracted,
    eventMs: from.f64(),
    writtenMs: from.f64(),
    seq: from.f64(),
    ordinal: from.f64(),
    values: Array.from({ length: from.u32() }, () => from.value()),
  };
}

function readRings(from: ByteReader, plan: WindowPlan): Ring[] {
  return plan.rings.map(({ aggregates }) => {
    const ring: Ring = new Map();
    for (let hops = from.u32(); hops > 0; hops--) {
      const start = from.f64();
      ring.set(
        start,
        aggregates.map(({ fold }) => fold.read(from)),
      );
    }
    return ring;
  });
}
