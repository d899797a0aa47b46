// Evidence → one line that says in words why two entries are or are not one story. Pure.
import type { Edge } from './group.ts';
import type { Evidence, Ground, Veto } from './match.ts';

const grounds: Record<Ground, string> = {
  exact: 'the same word for word',
  copy: 'nearly the whole text is the same',
  title: 'the same title over a shared text',
  edit: 'an edited copy by all measures together',
  even: 'edited a little everywhere, opening and first half kept',
};

const vetoes: Record<Veto, string> = {
  'title-numbers': 'the titles differ in a number',
  numbers: 'numbers differ where the words around them are the same',
  names: 'names differ where the words around them are the same',
  'head-numbers': 'several numbers differ in the opening',
  series: 'the publisher repeats this kind of article',
  'long-ago': 'too far apart in time for so many changes',
};

const percent = (share: number) => `${Math.round(share * 100)} %`;

/** What an evidence says: verdict, reason, and the shares behind it. */
export function explainEvidence(evidence: Evidence): string {
  const [alike, number, name] = evidence.slots;
  const reason =
    evidence.veto !== null
      ? `kept apart: ${vetoes[evidence.veto]}`
      : evidence.ground !== null
        ? grounds[evidence.ground]
        : 'too little in common';
  const shares = `text ${percent(evidence.jaccard)} (of the shorter ${percent(evidence.containment)}), openings ${evidence.leads.map(percent).join(' / ')}, titles ${percent(evidence.title[0])}`;
  return `${evidence.kind}: ${reason}; ${shares}; facts ${alike} alike, ${number + name} other; score ${evidence.score}`;
}

/** What holds an entry in its story. */
export function explainEdge(edge: Edge): string {
  return edge.evidence === 'editor'
    ? `an editor put it together with entry ${edge.to}`
    : `with entry ${edge.to}: ${explainEvidence(edge.evidence)}`;
}
