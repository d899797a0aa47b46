// An article's text → where it says it comes from ("Theo TTXVN", "(Vietnam+)", "Nguồn: Báo Sơn La"). Pure.
import { fold } from '../text/vietnamese.ts';

/** What an article says of its origin. */
export type Provenance = {
  /** Comparable name of the origin: `ttxvn`, `tuoi tre`, `bao son la`; folded, without "báo" before a name that is known alone. */
  origin: string;
  /** The words it stands on, as written, at most 80 characters. */
  words: string;
};

// Names papers use for each other, folded; the first is the comparable one.
const outlets: readonly (readonly string[])[] = [
  [
    'ttxvn',
    'thong tan xa viet nam',
    'vietnam+',
    'vietnamplus',
    'ttxvn/vietnam+',
    'bnews',
    'bao tin tuc',
    'baotintuc.vn',
  ],
  ['nhan dan', 'bao nhan dan', 'nhan dan dien tu', 'nhandan.vn', 'ndo'],
  ['vov', 'vov.vn', 'vov news', 'dai tieng noi viet nam'],
  ['vtv', 'vtv.vn', 'vtv news', 'dai truyen hinh viet nam'],
  ['chinhphu', 'chinhphu.vn', 'cong thong tin dien tu chinh phu', 'bao chinh phu', 'baochinhphu.vn', 'vgp'],
  ['tuoi tre', 'tto', 'tuoi tre online', 'bao tuoi tre', 'tuoitre.vn'],
  ['thanh nien', 'tno', 'thanh nien online', 'bao thanh nien', 'thanhnien.vn'],
  ['vnexpress', 'vnexpress.net'],
  ['dan tri', 'dantri', 'dantri.com.vn', 'bao dan tri'],
  ['vietnamnet', 'vietnamnet.vn', 'vnn'],
  ['tien phong', 'tienphong.vn', 'bao tien phong', 'tpo'],
  ['lao dong', 'laodong.vn', 'bao lao dong'],
  ['nguoi lao dong', 'nld', 'nldo', 'nld.com.vn', 'bao nguoi lao dong'],
  ['cong an nhan dan', 'cand', 'cand.com.vn', 'bao cong an nhan dan'],
  ['quan doi nhan dan', 'qdnd', 'qdnd.vn', 'bao quan doi nhan dan'],
  ['phap luat tp.hcm', 'plo', 'plo.vn', 'phap luat tphcm', 'phap luat thanh pho ho chi minh'],
  ['sai gon giai phong', 'sggp', 'sggpo', 'bao sai gon giai phong'],
  ['ha noi moi', 'hanoimoi', 'hnm', 'bao ha noi moi'],
  ['zing', 'znews', 'zing news', 'tri thuc truc tuyen', 'tri thuc - znews'],
  ['infonet'],
  ['kien thuc', 'kienthuc.net.vn'],
  ['nguoi dua tin', 'nguoiduatin.vn'],
  ['giao duc va thoi dai', 'gd&td', 'giao duc & thoi dai'],
  ['suc khoe va doi song', 'suc khoe & doi song', 'sk&ds'],
];

const known = new Map(outlets.flatMap((names) => names.map((name) => [name, names[0] ?? name] as const)));

/** The comparable form of an outlet's name, for setting "Báo Tuổi Trẻ" beside `TTO`. Empty for a name without letters. */
export function outletKey(name: string): string {
  const plain = fold(name)
    .replace(/\s+/g, ' ')
    .replace(/^[\s(["'“]+|[\s)\]"'”.:]+$/g, '');
  return known.get(plain) ?? known.get(plain.replace(/^bao (?:dien tu )?/, '')) ?? plain;
}

const tailLength = 120;
const longestName = 48;
// "(Theo Reuters)", "Theo Báo Sơn La", "Nguồn: TTXVN", at the very end, where an author's name may stand before.
const stated =
  /(?:^|[\s.(–-])(theo|nguồn(?: tin)?\s*:)\s*([^()\n.,;:!?]{2,48}(?:\.(?:vn|com\.vn|net\.vn|net|com))?)\s*\)?[.\s]*$/iu;
// "Minh Anh (TTXVN)", "./.TTXVN".
const signed = /(?:\(|\/\.|\n)\s*([^()\n]{2,40})\s*\)?[.\s]*$/u;
const opening = /^\s*(?:[^()\n]{0,40}\()?([^()\n]{2,24})\)?\s*[-–—]/u;

function tailOf(text: string): string {
  return text.slice(-tailLength).replace(/\s+$/u, '');
}

function isName(words: string): boolean {
  return words.length <= longestName && /^[\p{Lu}\p{N}]/u.test(words.trim()) && words.trim().split(/\s+/).length <= 7;
}

/**
 * Where an article (plain text) says it comes from; null when it says nothing. "Theo …" counts only as the last words, where it names the
 * origin; inside the text it names who is quoted. A signature in brackets and a dateline count only for outlets that are known.
 */
export function provenanceOf(article: { lead: string; body: string }): Provenance | null {
  const tail = tailOf(article.body === '' ? article.lead : article.body);
  const byWord = stated.exec(tail);
  const named = byWord?.[2]?.replace(/^(?:tin )?(?:từ )?/iu, '').trim();
  if (byWord !== null && named !== undefined && isName(named))
    return { origin: outletKey(named), words: byWord[0].trim().slice(0, 80) };
  const bySignature = signed.exec(tail)?.[1]?.trim();
  if (bySignature !== undefined && known.has(fold(bySignature)))
    return { origin: outletKey(bySignature), words: bySignature };
  const byDateline = opening.exec(article.lead === '' ? article.body.slice(0, 80) : article.lead)?.[1]?.trim();
  if (byDateline !== undefined && known.has(fold(byDateline)))
    return { origin: outletKey(byDateline), words: byDateline };
  return null;
}
