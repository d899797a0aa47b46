// Two related stories → why a reader of one wants the other, in a word that can be translated. Pure.
import { isPersonName } from '../text/person.ts';
import { findPlaces } from '../text/place-find.ts';
import { kindOf, termKind } from '../text/terms.ts';
import { lookupOf, type TermVector, weightIn } from './vector.ts';

/**
 * `next` and `before`: another day of the same event. `series`: the same kind of report of another place or day (weather, prices).
 * `subject` is a name or place as the article writes it.
 */
export type Reason =
  | { kind: 'event' | 'next' | 'before' | 'series' | 'topic'; subject: null }
  | { kind: 'person' | 'name' | 'place'; subject: string };

// Of pairs at least this alike 97 % tell of one event (4,298 of 4,445 in the corpus).
const sameEvent = 0.2;
// Reports of one moment come within a day and a half: the evening's news, the paper next morning, its followers.
const sameMomentMs = 36 * 3_600_000;
// Reports that share this much of their words and name other places are two issues of one template, not two reports of one
// event: of the corpus's 1,789 pairs of one event that are so alike, 24 name no common place.
const sameTemplate = 0.4;
// And so are those of different days that are nearly copies (of pairs of one event 42 of 4,434).
const sameTemplateAnyPlace = 0.6;
const otherIssueMs = 18 * 3_600_000;
// A shared name is the reason when it carries at least this share of what two stories have in common.
const nameShare = 0.08;

type Side = { vector: TermVector; at: Date | null };
type LabelledSide = Side & { labels: ReadonlyMap<number, string> };

// What the two share: how much in all, and the name or place that carries most of it.
function sharedOf(
  article: LabelledSide,
  other: Side,
): { alike: number; best: { label: string; weight: number } | null } {
  const lookup = lookupOf(other.vector);
  const { terms, weights } = article.vector;
  let alike = 0;
  let best: { label: string; weight: number } | null = null;
  for (let i = 0; i < terms.length; i++) {
    const term = terms[i] ?? 0;
    const weight = (weights[i] ?? 0) * weightIn(lookup, term);
    if (weight === 0) continue;
    alike += weight;
    const label = article.labels.get(term);
    if (label !== undefined && (best === null || weight > best.weight)) best = { label, weight };
  }
  return { alike, best };
}

// Both name places, and none in common.
function namesOtherPlaces(a: TermVector, b: TermVector): boolean {
  const placesOf = ({ terms }: TermVector) => [...terms].filter((term) => kindOf(term) === termKind.place);
  const places = new Set(placesOf(a));
  const others = placesOf(b);
  return places.size > 0 && others.length > 0 && !others.some((term) => places.has(term));
}

function isOtherDaysIssue(article: Side, other: Side, alike: number): boolean {
  const apart = article.at === null || other.at === null ? 0 : Math.abs(other.at.getTime() - article.at.getTime());
  return alike >= sameTemplateAnyPlace && apart >= otherIssueMs;
}

// Null: what names other places and is not of one template is not told to be one event either.
function reasonOfEvent(article: Side, other: Side, alike: number): Reason | null {
  if (namesOtherPlaces(article.vector, other.vector))
    return alike >= sameTemplate ? { kind: 'series', subject: null } : null;
  if (isOtherDaysIssue(article, other, alike)) return { kind: 'series', subject: null };
  const apart = article.at === null || other.at === null ? 0 : other.at.getTime() - article.at.getTime();
  if (Math.abs(apart) <= sameMomentMs) return { kind: 'event', subject: null };
  return { kind: apart > 0 ? 'next' : 'before', subject: null };
}

/** The reason to offer `other` to a reader of `article`. Labels of either side will do: they are told by shared terms. */
export function reasonFor(article: LabelledSide, other: Side): Reason {
  const { alike, best } = sharedOf(article, other);
  const event = alike >= sameEvent ? reasonOfEvent(article, other, alike) : null;
  if (event !== null) return event;
  if (best === null || best.weight < nameShare * alike) return { kind: 'topic', subject: null };
  const [place] = findPlaces(best.label, '');
  if (place !== undefined) return { kind: 'place', subject: place.name };
  return { kind: isPersonName(best.label) ? 'person' : 'name', subject: best.label };
}
