// Evidence → one line that says in words why two entries are or are not one story. Pure.
import type { Edge } from './group.ts';
import type { Evidence, Ground, Veto } from './match.ts';

/** The languages in which evidence is told. */
export type ExplainLang = 'vi' | 'en';

const grounds: Record<ExplainLang, Record<Ground, string>> = {
  vi: {
    exact: 'giống nhau từng chữ',
    copy: 'gần như giống nhau cả bài',
    title: 'cùng tiêu đề trên một phần bài giống nhau',
    edit: 'bản có biên tập: mọi thước đo cộng lại đủ gần',
    even: 'sửa nhẹ khắp bài, giữ nguyên mở đầu và nửa đầu',
  },
  en: {
    exact: 'the same word for word',
    copy: 'nearly the whole text is the same',
    title: 'the same title over a shared text',
    edit: 'an edited copy by all measures together',
    even: 'edited a little everywhere, opening and first half kept',
  },
};

const vetoes: Record<ExplainLang, Record<Veto, string>> = {
  vi: {
    'title-numbers': 'hai tiêu đề khác nhau ở một con số',
    numbers: 'khác số ở chỗ chữ xung quanh giống nhau',
    names: 'khác tên riêng ở chỗ chữ xung quanh giống nhau',
    'head-numbers': 'phần mở đầu khác nhau vài con số',
    series: 'báo này thường đăng loạt bài cùng khuôn',
    'long-ago': 'cách nhau quá lâu mà khác nhiều chữ',
  },
  en: {
    'title-numbers': 'the titles differ in a number',
    numbers: 'numbers differ where the words around them are the same',
    names: 'names differ where the words around them are the same',
    'head-numbers': 'several numbers differ in the opening',
    series: 'the publisher repeats this kind of article',
    'long-ago': 'too far apart in time for so many changes',
  },
};

const percent = (share: number) => `${Math.round(share * 100)} %`;
const decimal = (share: number) => share.toFixed(2).replace('.', ',');

/** What an evidence says: its reason, and the shares behind it. English (for the command line) begins with the verdict. */
export function explainEvidence(evidence: Evidence, lang: ExplainLang = 'en'): string {
  const [alike, number, name] = evidence.slots;
  const { veto, ground } = evidence;
  if (lang === 'vi') {
    const reason =
      veto !== null
        ? `tách riêng vì ${vetoes.vi[veto]}`
        : ground === null
          ? 'chưa đủ giống để ghép'
          : grounds.vi[ground];
    return `${reason}; chữ chung ${decimal(evidence.jaccard)} (so với bài ngắn hơn ${decimal(evidence.containment)}), mở đầu ${evidence.leads.map(percent).join(' / ')}, tiêu đề ${percent(evidence.title[0])}; ${alike} chi tiết trùng, ${number + name} chi tiết khác`;
  }
  const reason =
    veto !== null ? `kept apart: ${vetoes.en[veto]}` : ground === null ? 'too little in common' : grounds.en[ground];
  const shares = `text ${percent(evidence.jaccard)} (of the shorter ${percent(evidence.containment)}), openings ${evidence.leads.map(percent).join(' / ')}, titles ${percent(evidence.title[0])}`;
  return `${evidence.kind}: ${reason}; ${shares}; facts ${alike} alike, ${number + name} other; score ${evidence.score}`;
}

/** What holds an entry in its story. */
export function explainEdge(edge: Edge, lang: ExplainLang = 'en'): string {
  if (edge.evidence === 'editor')
    return lang === 'vi' ? `biên tập viên ghép với bài ${edge.to}` : `an editor put it together with entry ${edge.to}`;
  const words = explainEvidence(edge.evidence, lang);
  return lang === 'vi' ? `với bài ${edge.to}: ${words}` : `with entry ${edge.to}: ${words}`;
}

/** The edges in a stored evidence; null for a founder, and for what an editor placed by hand. */
export function readEdges(evidence: unknown): Edge[] | null {
  const isEdges = (value: unknown): value is Edge[] =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((edge) => typeof edge === 'object' && edge !== null && 'to' in edge && 'evidence' in edge);
  return isEdges(evidence) ? evidence : null;
}
