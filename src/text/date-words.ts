// The words of dates in the languages that feeds use: months, days, parts of the day, units. All keys are folded.
import { fold } from './vietnamese.ts';

// Twelve columns a language; forms of one month are joined by "|".
const monthRows = [
  'january|jan february|feb march|mar april|apr may june|jun july|jul august|aug september|sept|sep october|oct november|nov december|dec',
  'janvier|janv fevrier|fevr|fev mars avril|avr mai juin juillet|juil aout septembre octobre novembre decembre',
  'enero|ene febrero marzo abril|abr mayo junio julio agosto|ago septiembre|setiembre|set octubre noviembre diciembre|dic',
  'janeiro fevereiro março abril maio|mai junho julho agosto setembro outubro|out novembro dezembro|dez',
  'gennaio|gen febbraio marzo aprile maggio|mag giugno|giu luglio|lug agosto settembre|sett ottobre|ott novembre dicembre',
  'januar|jan. februar märz|marz|mrz april mai juni juli august september oktober|okt november dezember',
  'januari februari|febr maart|mrt april mei juni juli augustus september oktober november december',
  'január február március|marc április május|maj június július augusztus szeptember|szept október november december',
  'styczeń|stycznia luty|lutego marzec|marca kwiecień|kwietnia maj|maja czerwiec|czerwca lipiec|lipca sierpień|sierpnia wrzesień|września październik|października listopad|listopada grudzień|grudnia',
  'ιαν|ιανουαρίου φεβ|φεβρουαρίου μαρ|μάώ|μαρτίου απρ|απριλίου μάι|μαΐου ιούν|ιον|ιουνίου ιούλ|ιολ|ιουλίου αύγ|αυγούστου σεπ|σεπτεμβρίου οκτ|οκτωβρίου νοέ|νοεμβρίου δεκ|δεκεμβρίου',
  'янв|января фев|февраля мар|марта апр|апреля мая|май июн|июня июл|июля авг|августа сен|сент|сентября окт|октября ноя|нояб|ноября дек|декабря',
  'januari februari mars april maj juni juli augusti september oktober november december',
  'januar februar marts april maj juni juli august september oktober november desember|des',
];

/** Folds date text of any script: lower case, combining marks off, composed again. */
export function foldDate(s: string): string {
  return fold(
    s
      .normalize('NFD')
      .replace(/[\u0300-\u036f]/g, '')
      .normalize('NFC'),
  );
}

/** Folded name of a month → 1–12. */
export const months = new Map<string, number>();
for (const row of monthRows)
  row.split(' ').forEach((forms, i) => {
    for (const form of forms.split('|')) months.set(foldDate(form).replace('.', ''), i + 1);
  });

/** Months as Vietnamese counts them after "tháng": number words, the first and last by their old names. */
export const vietnameseMonths = new Map<string, number>();
for (const [i, names] of 'mot,gieng hai ba tu,bon nam sau bay tam chin muoi muoi_mot muoi_hai,chap'
  .split(' ')
  .entries())
  for (const name of names.split(',')) vietnameseMonths.set(name.replace('_', ' '), i + 1);

/** Folded name of a day of the week → 0 (Sunday) – 6. */
export const weekdays = new Map<string, number>();
const weekdayRows = [
  'sunday|sun monday|mon tuesday|tue|tues wednesday|wed|weds thursday|thu|thur|thurs friday|fri saturday|sat',
  'dimanche|dim lundi|lun mardi|mar mercredi|mer jeudi|jeu vendredi|ven samedi|sam',
  'domingo|dom lunes martes miercoles|mie jueves|jue viernes|vie sabado|sab',
  'sonntag|so montag|mo dienstag|di mittwoch|mi donnerstag|do freitag|fr samstag',
];
for (const row of weekdayRows)
  row.split(' ').forEach((forms, day) => {
    for (const form of forms.split('|')) if (!months.has(form)) weekdays.set(form, day);
  });

/** Seconds in a folded unit of time; months and years are negative counts of months, as their length depends on the calendar. */
export const units = new Map<string, number>();
const unitRows: readonly (readonly [number, string])[] = [
  [1, 'giay second seconds sec secs'],
  [60, 'phut minute minutes min mins'],
  [3600, 'gio tieng hour hours h hr hrs'],
  [86_400, 'ngay hom day days'],
  [604_800, 'tuan week weeks'],
  [-1, 'thang month months'],
  [-12, 'nam year years'],
];
for (const [size, names] of unitRows) for (const name of names.split(' ')) units.set(name, size);

/** Hour of the day (0–24) that `hour` means beside a word for a part of the day; null when they contradict each other. */
export function hourOf(hour: number, part: string | undefined): number | null {
  switch (part?.replace(/[.\s]/g, '')) {
    case 'am':
    case 'sa':
    case 'sang':
    case '오전':
      return hour === 12 ? 0 : hour;
    case 'pm':
    case 'ch':
    case 'chieu':
    case '오후':
      return hour < 12 ? hour + 12 : hour;
    case 'trua':
      return hour >= 1 && hour <= 3 ? hour + 12 : hour;
    case 'toi':
      return hour === 12 ? 24 : hour >= 4 && hour < 12 ? hour + 12 : hour;
    case 'dem':
      return hour === 12 ? 24 : hour >= 7 && hour < 12 ? hour + 12 : hour;
    default:
      return hour;
  }
}
