/** Albers' conic projection of the forty-eight states, in the units of the picture. */
export const WIDTH = 960;
export const HEIGHT = 600;

interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;
const [SOUTH, NORTH, LATITUDE, LONGITUDE] = [29.5, 45.5, 37.5, -96].map(radians) as [number, number, number, number];
const N = (Math.sin(SOUTH) + Math.sin(NORTH)) / 2;
const C = Math.cos(SOUTH) ** 2 + 2 * N * Math.sin(SOUTH);
const radiusOf = (latitude: number): number => Math.sqrt(C - 2 * N * Math.sin(latitude)) / N;
const SCALE = 1_180;

export function project({ latitude, longitude }: Place): { readonly x: number; readonly y: number } {
  const angle = N * (radians(longitude) - LONGITUDE);
  const radius = radiusOf(radians(latitude));
  const x = WIDTH / 2 + SCALE * radius * Math.sin(angle);
  const y = HEIGHT / 2 - SCALE * (radiusOf(LATITUDE) - radius * Math.cos(angle));
  return { x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10 };
}

/** Alaska, Hawaii and the islands are left out. */
export const isOnMap = ({ latitude, longitude }: Place): boolean =>
  latitude > 24 && latitude < 50 && longitude > -125 && longitude < -66;
