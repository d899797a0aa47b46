// Turns names of time zones and wall-clock times into instants.

const hour = 60;
// Minutes east of Greenwich. Where a name means several zones, the one that feeds mean most (IST: India, CST and BST: US, UK).
const offsets: Record<string, number> = {
  z: 0, ut: 0, utc: 0, gmt: 0, wet: 0, 'etc/gmt': 0, 'etc/utc': 0, uct: 0,
  west: hour, bst: hour, cet: hour, met: hour, mez: hour, wat: hour,
  cest: 2 * hour, mest: 2 * hour, mesz: 2 * hour, eet: 2 * hour, cat: 2 * hour, sast: 2 * hour,
  eest: 3 * hour, msk: 3 * hour, eat: 3 * hour, trt: 3 * hour, irst: 3.5 * hour, msd: 4 * hour, gst: 4 * hour,
  pkt: 5 * hour, ist: 5.5 * hour, npt: 5.75 * hour, mmt: 6.5 * hour,
  ict: 7 * hour, wib: 7 * hour, hovt: 7 * hour, indochina: 7 * hour,
  sgt: 8 * hour, hkt: 8 * hour, pht: 8 * hour, myt: 8 * hour, awst: 8 * hour, wita: 8 * hour,
  jst: 9 * hour, kst: 9 * hour, wit: 9 * hour, acst: 9.5 * hour, aest: 10 * hour, acdt: 10.5 * hour, aedt: 11 * hour,
  nzst: 12 * hour, nzdt: 13 * hour,
  brst: -2 * hour, ndt: -2.5 * hour, brt: -3 * hour, art: -3 * hour, clst: -3 * hour, adt: -3 * hour, nst: -3.5 * hour,
  ast: -4 * hour, at: -4 * hour, edt: -4 * hour, clt: -4 * hour,
  est: -5 * hour, et: -5 * hour, cdt: -5 * hour, cst: -6 * hour, ct: -6 * hour, mdt: -6 * hour,
  mst: -7 * hour, mt: -7 * hour, pdt: -7 * hour, pst: -8 * hour, pt: -8 * hour, akdt: -8 * hour, akst: -9 * hour, hst: -10 * hour,
  // RFC 822 section 5: one military letter.
  a: -1 * hour, m: -12 * hour, n: hour, y: 12 * hour,
};

const american = new Set('est edt et cst cdt ct mst mdt mt pst pdt pt akst akdt hst'.split(' '));

/** Whether a zone's name (lower case) is one of the United States, where the month is written first. */
export function isAmericanZone(name: string): boolean {
  return american.has(name);
}

/** Minutes east of Greenwich of a zone's abbreviation (lower case), or null when it is none. */
export function offsetOfName(name: string): number | null {
  return offsets[name] ?? null;
}

// Zones without any change of clock since 1970 need no tables.
const fixed = new Map<string, number>([
  ['Asia/Ho_Chi_Minh', 7 * hour],
  ['Asia/Saigon', 7 * hour],
  ['Asia/Bangkok', 7 * hour],
  ['UTC', 0],
  ['Etc/UTC', 0],
  ['GMT', 0],
]);

const formatters = new Map<string, Intl.DateTimeFormat | null>();

function formatter(zone: string): Intl.DateTimeFormat | null {
  const cached = formatters.get(zone);
  if (cached !== undefined) return cached;
  let made: Intl.DateTimeFormat | null = null;
  try {
    made = new Intl.DateTimeFormat('en-US', {
      timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', era: 'short',
    });
  } catch {
    // An unknown zone is the configuration's fault and was reported there; dates are read as UTC.
  }
  if (formatters.size > 500) formatters.clear();
  formatters.set(zone, made);
  return made;
}

/** Whether there is an IANA zone of this name; its case does not matter (`asia/ho_chi_minh`). */
export function isZone(name: string): boolean {
  return formatter(name) !== null;
}

/** Minutes that clocks in `zone` are ahead of UTC at the instant `ms`; 0 for a zone that does not exist. */
export function offsetAt(zone: string, ms: number): number {
  const same = fixed.get(zone);
  if (same !== undefined) return same;
  const made = formatter(zone);
  if (made === null || Number.isNaN(ms)) return 0;
  const at: Record<string, number> = {};
  for (const { type, value } of made.formatToParts(ms)) at[type] = Number(value);
  const wall = Date.UTC(at['year'] ?? 0, (at['month'] ?? 1) - 1, at['day'] ?? 1, at['hour'] ?? 0, at['minute'] ?? 0, at['second'] ?? 0);
  return Math.round((wall - Math.floor(ms / 1000) * 1000) / 60_000);
}

/**
 * The instant at which clocks in `zone` show `wall` (that wall clock read as if it were UTC, in ms). A time that a change of clocks
 * skips or repeats takes the offset of before the change.
 */
export function wallToInstant(wall: number, zone: string): number {
  const first = wall - offsetAt(zone, wall) * 60_000;
  const second = wall - offsetAt(zone, first) * 60_000;
  return second === first || offsetAt(zone, second) * 60_000 === wall - second ? second : first;
}
