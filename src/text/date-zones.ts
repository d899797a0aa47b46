// Turns names of time zones and wall-clock times into instants.

const hour = 60;
// Hours east of Greenwich. Where a name means several zones, the one that feeds mean most (IST: India, CST and BST: US, UK).
// Single letters are the military zones of RFC 822 section 5.
const offsets = new Map<string, number>();
const zoneRows: readonly (readonly [number, string])[] = [
  [-12, 'm'],
  [-10, 'hst'],
  [-9, 'akst'],
  [-8, 'pst pt akdt'],
  [-7, 'mst mt pdt'],
  [-6, 'cst ct mdt'],
  [-5, 'est et cdt'],
  [-4, 'ast at edt clt'],
  [-3.5, 'nst'],
  [-3, 'brt art clst adt'],
  [-2.5, 'ndt'],
  [-2, 'brst'],
  [-1, 'a'],
  [0, 'z ut utc gmt wet etc/gmt etc/utc uct'],
  [1, 'west bst cet met mez wat n'],
  [2, 'cest mest mesz eet cat sast'],
  [3, 'eest msk eat trt'],
  [3.5, 'irst'],
  [4, 'msd gst'],
  [5, 'pkt'],
  [5.5, 'ist'],
  [5.75, 'npt'],
  [6.5, 'mmt'],
  [7, 'ict wib hovt indochina'],
  [8, 'sgt hkt pht myt awst wita'],
  [9, 'jst kst wit'],
  [9.5, 'acst'],
  [10, 'aest'],
  [10.5, 'acdt'],
  [11, 'aedt'],
  [12, 'nzst y'],
  [13, 'nzdt'],
];
for (const [hours, names] of zoneRows) for (const name of names.split(' ')) offsets.set(name, hours * hour);

const american = new Set('est edt et cst cdt ct mst mdt mt pst pdt pt akst akdt hst'.split(' '));

/** Whether a zone's name (lower case) is one of the United States, where the month is written first. */
export function isAmericanZone(name: string): boolean {
  return american.has(name);
}

/** Minutes east of Greenwich of a zone's abbreviation (lower case), or null when it is none. */
export function offsetOfName(name: string): number | null {
  return offsets.get(name) ?? null;
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
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      era: 'short',
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
  const wall = Date.UTC(
    at['year'] ?? 0,
    (at['month'] ?? 1) - 1,
    at['day'] ?? 1,
    at['hour'] ?? 0,
    at['minute'] ?? 0,
    at['second'] ?? 0,
  );
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
