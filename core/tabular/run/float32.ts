/**
 * Functions of float32 as WebAssembly builds of ONNX Runtime compute them, to the last bit: `expf` and `logf` of the C library that they
 * are built with (musl, after Arm's optimized routines: a table and a cubic polynomial in float64), and the
 * rational and polynomial approximations of its vector kernels, each step rounded to float32.
 */
const { fround } = Math;

// 2^(i/32), each the float64 next to it.
const POWERS = Float64Array.of(
  1.0,
  1.0218971486541166,
  1.0442737824274138,
  1.0671404006768237,
  1.0905077326652577,
  1.1143867425958924,
  1.1387886347566916,
  1.1637248587775775,
  1.189207115002721,
  1.215247359980469,
  1.241857812073484,
  1.2690509571917332,
  1.2968395546510096,
  1.3252366431597413,
  1.3542555469368927,
  1.383909881963832,
  Math.SQRT2,
  1.4451808069770467,
  1.4768261459394993,
  1.5091644275934228,
  1.5422108254079407,
  1.5759808451078865,
  1.6104903319492543,
  1.645755478153965,
  1.681792830507429,
  1.718619298122478,
  1.7562521603732995,
  1.7947090750031072,
  1.8340080864093424,
  1.8741676341103,
  1.9152065613971474,
  1.9571441241754002,
);
const PER_LN2 = 46.16624130844683;
const CUBIC = 1.6938359250920212e-6;
const SQUARE = 0.00023459809789509004;
const LINEAR = 0.021660849396613134;
/** Beyond these the answer is infinite, or zero. */
const EXP_MOST = 88.72283172607422;
const EXP_LEAST = fround(-103.97208);
/** Adding and taking it away again rounds to a whole number, halves to even. */
const ROUNDS = 6755399441055744;

/** e^x of a float32. */
export function expf(x: number): number {
  if (x > EXP_MOST) return Infinity;
  if (x < EXP_LEAST) return 0;
  const scaled = PER_LN2 * x;
  const whole = scaled + ROUNDS - ROUNDS;
  const rest = scaled - whole;
  const step = ((whole % 32) + 32) % 32;
  const scale = (POWERS[step] ?? NaN) * 2 ** ((whole - step) / 32);
  const square = rest * rest;
  return fround(((CUBIC * rest + SQUARE) * square + (LINEAR * rest + 1)) * scale);
}

// The inverse and the logarithm of a number in each sixteenth of a range.
const INVERSES = Float64Array.of(
  1.398907162146528,
  1.3403141896637998,
  1.286432210124115,
  1.2367150214269895,
  1.1906977166711752,
  1.1479821020556429,
  1.1082251448272158,
  1.0711297413057381,
  1.036437278977283,
  1.0,
  0.9492859795739057,
  0.8951049428609004,
  0.8476821620351103,
  0.8050314851692001,
  0.7664671008843108,
  0.731428603316328,
);
const LOGARITHMS = Float64Array.of(
  -0.33569133332882284,
  -0.2929040563774074,
  -0.2518726580937369,
  -0.21245868807117255,
  -0.17453945183745634,
  -0.1380057072319758,
  -0.10275976698545139,
  -0.06871392447020525,
  -0.0357891387398228,
  0.0,
  0.05204517742929496,
  0.11081431298787942,
  0.1652495223695143,
  0.21687389031699977,
  0.2659635028121397,
  0.3127556664073557,
);
/** Where the range begins: 0.7 as bits of float32. */
const LOG_FROM = 0x3f33_0000;
const bits = new DataView(new ArrayBuffer(4));

/** The natural logarithm of a float32. */
export function logf(x: number): number {
  if (!(x > 0) || x === Infinity) return x === 0 ? -Infinity : x > 0 ? x : NaN;
  const isSmall = x < 1.1754943508222875e-38;
  bits.setFloat32(0, isSmall ? x * 2 ** 23 : x);
  const own = bits.getInt32(0);
  const above = own - LOG_FROM;
  bits.setInt32(0, own - (above & 0xff80_0000));
  const sixteenth = (above >> 19) & 15;
  const exponent = (above >> 23) - (isSmall ? 23 : 0);
  const rest = bits.getFloat32(0) * (INVERSES[sixteenth] ?? NaN) - 1;
  const whole = (LOGARITHMS[sixteenth] ?? NaN) + exponent * Math.LN2;
  const square = rest * rest;
  return fround(
    (-0.25089342214237154 * square + (0.333456765744066 * rest + -0.4999997485802103)) * square + (whole + rest),
  );
}

/** 1 / (1 + e^-x), as operators of `ai.onnx.ml` compute it. */
export function logistic(x: number): number {
  const value = fround(1 / fround(1 + expf(-Math.abs(x))));
  return x < 0 ? fround(1 - value) : value;
}

const PI_TERM = fround(2 / fround(fround(Math.PI) * fround(0.147)));
const PROBIT_TERM = fround(1 / fround(0.147));

/** The inverse of the normal distribution, by the approximation that operators of `ai.onnx.ml` use. */
export function probit(x: number): number {
  const twice = fround(fround(2 * x) - 1);
  const log = logf(fround(fround(1 - twice) * fround(1 + twice)));
  const v = fround(PI_TERM + fround(0.5 * log));
  const inside = fround(fround(v * v) - fround(PROBIT_TERM * log));
  const root = fround(Math.sqrt(fround(-v + fround(Math.sqrt(inside)))));
  return fround(fround(Math.SQRT2) * fround((twice < 0 ? -1 : 1) * root));
}

const rounded = (values: readonly number[]): Float32Array => Float32Array.from(values);

/** Highest power first: each step a product and a sum, both rounded. */
function polynomial(factors: Float32Array, x: number): number {
  let sum = factors[0] ?? 0;
  for (let i = 1; i < factors.length; i++) sum = fround(fround(sum * x) + (factors[i] ?? 0));
  return sum;
}

const SIGMOID_OVER = rounded([
  4.37031012579801e-11, 1.15627324459942e-7, 6.08574864600143e-5, 8.51377133304701e-3, 2.48287947061529e-1,
]);
const SIGMOID_UNDER = rounded([
  6.10247389755681e-13, 5.76102136993427e-9, 6.2910678501704e-6, 1.70198817374094e-3, 1.16817656904453e-1,
  9.9315192102318e-1,
]);

/** The Sigmoid operator. */
export function sigmoid(x: number): number {
  const value = x < -18 ? -18 : x > 18 ? 18 : x;
  const square = fround(value * value);
  const over = fround(polynomial(SIGMOID_OVER, square) * value);
  const answer = fround(fround(over / polynomial(SIGMOID_UNDER, square)) + 0.5);
  return answer < 0 ? 0 : answer > 1 ? 1 : answer;
}

const TANH_OVER = rounded([
  -2.76076847742355e-16, 2.00018790482477e-13, -8.60467152213735e-11, 5.12229709037114e-8, 1.48572235717979e-5,
  6.37261928875436e-4, 4.89352455891786e-3,
]);
const TANH_UNDER = rounded([1.19825839466702e-6, 1.18534705686654e-4, 2.268434632439e-3, 4.89352518554385e-3]);

/** The Tanh operator. */
export function tanh(x: number): number {
  const value = x < -9 ? -9 : x > 9 ? 9 : x;
  const square = fround(value * value);
  return fround(fround(polynomial(TANH_OVER, square) * value) / polynomial(TANH_UNDER, square));
}

const EXP_FACTORS = rounded([
  0.00137805939, 0.008373124524950981, 0.041669536381959915, 0.166664719581604, 0.49999985098838806, 1, 1,
]);
const LOG2_E = fround(Math.LOG2E);
const LN2_HIGH = fround(-6.93145752e-1);
const LN2_LOW = fround(-1.42860677e-6);
/** 1.5 · 2^23: adding it to a float32 rounds that to a whole number. */
const ROUNDS_FLOAT32 = 12_582_912;
const LEAST_EXPONENT = fround(-88.3762626647949);

/** e^x for x of 0 or less, as the Softmax operator computes it. */
export function softmaxExp(x: number): number {
  const value = x < LEAST_EXPONENT ? LEAST_EXPONENT : x;
  const whole = fround(fround(fround(value * LOG2_E) + ROUNDS_FLOAT32) - ROUNDS_FLOAT32);
  const rest = fround(fround(whole * LN2_LOW) + fround(fround(whole * LN2_HIGH) + value));
  // The exponent is put together by its bits, which are none for what float32 holds with fewer digits.
  return whole <= -127 ? 0 : fround(polynomial(EXP_FACTORS, rest) * 2 ** whole);
}
