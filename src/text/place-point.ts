// A province's code → the point where its administration sits, for maps.

/** Degrees north and east (WGS 84). */
export type Point = { latitude: number; longitude: number };

// Seats of the provincial administrations since July 2025, to about a kilometre.
const points: Record<string, readonly [number, number]> = {
  '01': [21.028, 105.852],
  '04': [22.666, 106.258],
  '08': [21.823, 105.214],
  '11': [21.386, 103.017],
  '12': [22.386, 103.458],
  '14': [21.327, 103.914],
  '15': [21.705, 104.872],
  '19': [21.594, 105.848],
  '20': [21.853, 106.761],
  '22': [20.951, 107.08],
  '24': [21.281, 106.197],
  '25': [21.322, 105.402],
  '31': [20.865, 106.684],
  '33': [20.646, 106.051],
  '37': [20.251, 105.975],
  '38': [19.807, 105.776],
  '40': [18.679, 105.682],
  '42': [18.343, 105.906],
  '44': [17.469, 106.622],
  '46': [16.464, 107.59],
  '48': [16.054, 108.202],
  '51': [15.12, 108.792],
  '52': [13.776, 109.224],
  '56': [12.239, 109.197],
  '66': [12.667, 108.038],
  '68': [11.941, 108.458],
  '75': [10.957, 106.843],
  '79': [10.776, 106.701],
  '80': [10.535, 106.413],
  '82': [10.36, 106.36],
  '86': [10.254, 105.972],
  '91': [10.012, 105.081],
  '92': [10.034, 105.788],
  '96': [9.177, 105.15],
};

/** The seat of the administration of the province with this official code; null for a code that is none. */
export function provincePoint(code: string): Point | null {
  const point = points[code];
  return point === undefined ? null : { latitude: point[0], longitude: point[1] };
}
