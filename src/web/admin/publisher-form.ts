// Forms about a paper or the site's policy → checked values; a word tells what is wrong. Pure.
import type { Agreement, Policy, Rights } from '../../domain.ts';
import type { CommentSetting } from '../../store/comment-setting.ts';
import { type PolicySetting, profiles } from '../../store/policy.ts';
import type { PublisherChange, PublisherHost } from '../../store/publisher-desk.ts';
import { provinceByCode } from '../../text/place.ts';

/** What is wrong with a form: the name of the field. */
export type Fault = { fault: string };

const said = (form: URLSearchParams, name: string) =>
  (form.get(name) ?? '').normalize('NFC').replace(/\s+/g, ' ').trim();

// A whole number from `least` to `most`; null for an empty field, undefined for anything else.
function numberIn(form: URLSearchParams, name: string, least: number, most: number): number | null | undefined {
  const text = said(form, name);
  if (text === '') return null;
  const value = Number(text);
  return /^\d{1,7}$/.test(text) && value >= least && value <= most ? value : undefined;
}

// A day of the calendar; null for an empty field, undefined for what is none.
function dayIn(form: URLSearchParams, name: string): string | null | undefined {
  const text = said(form, name);
  if (text === '') return null;
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  return at !== null && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text) ? text : undefined;
}

/** Rights and agreement as the form has them; `partners` are the ids that exist. */
export function readRightsForm(
  form: URLSearchParams,
  partners: ReadonlySet<number>,
): { rights: Rights; agreement: Agreement } | Fault {
  const show = (['headline', 'excerpt', 'full'] as const).find((one) => one === said(form, 'quyen'));
  const whom = (['all', 'none', 'listed'] as const).find((one) => one === said(form, 'doi_tac'));
  const chars = numberIn(form, 'so_ky_tu', 1, 10_000);
  const embargo = numberIn(form, 'cho_phut', 0, 43_200);
  const expiry = numberIn(form, 'het_han_ngay', 1, 36_500);
  const from = dayIn(form, 'tu_ngay');
  const until = dayIn(form, 'den_ngay');
  const ids = form.getAll('cho_doi_tac').map(Number);
  if (show === undefined) return { fault: 'quyen' };
  if (chars === undefined || (chars === null && show === 'excerpt')) return { fault: 'so_ky_tu' };
  if (embargo === undefined) return { fault: 'cho_phut' };
  if (expiry === undefined) return { fault: 'het_han_ngay' };
  if (from === undefined) return { fault: 'tu_ngay' };
  if (until === undefined || (from !== null && until !== null && until < from)) return { fault: 'den_ngay' };
  if (whom === undefined || ids.some((id) => !partners.has(id))) return { fault: 'doi_tac' };
  if (whom === 'listed' && ids.length === 0) return { fault: 'doi_tac' };
  return {
    rights: { show, excerptChars: chars ?? 300, images: form.has('anh') },
    agreement: {
      embargoMinutes: embargo ?? 0,
      expiryDays: expiry,
      partners: whom,
      partnerIds: whom === 'listed' ? ids : [],
      number: said(form, 'so_thoa_thuan').slice(0, 100) || null,
      from,
      until,
    },
  };
}

/** Name, place, pace and turn to lead. */
export function readPaperForm(form: URLSearchParams): PublisherChange | Fault {
  const name = said(form, 'ten');
  const site = URL.parse(said(form, 'trang'));
  const province = said(form, 'tinh');
  const weight = [-1, 0, 1].find((one) => String(one) === said(form, 'dan_dau'));
  const pace = numberIn(form, 'nhip', 1, 1_440);
  if (name === '' || name.length > 200) return { fault: 'ten' };
  if (site === null || !/^https?:$/.test(site.protocol) || site.username !== '' || site.href.length > 500)
    return { fault: 'trang' };
  if (province !== '' && provinceByCode(province) === null) return { fault: 'tinh' };
  if (weight === undefined) return { fault: 'dan_dau' };
  if (pace === undefined) return { fault: 'nhip' };
  return { name, siteUrl: site.href, province: province || null, leadWeight: weight, paceMinutes: pace };
}

/** A domain with what is known of it; an address is taken for its host. */
export function readHostForm(form: URLSearchParams): PublisherHost | Fault {
  const text = said(form, 'ten_mien').toLowerCase();
  const host = URL.parse(/^https?:\/\//.test(text) ? text : `http://${text}`)?.host.replace(/^www\./, '') ?? '';
  const untilOn = dayIn(form, 'mien_den');
  if (!/^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+(?::\d{1,5})?$/.test(host) || host.length > 253)
    return { fault: 'ten_mien' };
  return untilOn === undefined ? { fault: 'mien_den' } : { host, untilOn, note: said(form, 'ghi_chu').slice(0, 300) };
}

const threeWay = (text: string): boolean | null | undefined =>
  text === '' ? null : text === 'co' ? true : text === 'khong' ? false : undefined;

/** Where a paper's stories take comments; empty fields follow the site. */
export function readCommentForm(form: URLSearchParams): CommentSetting | Fault {
  const isOffered = threeWay(said(form, 'moi_binh_luan'));
  const isClosed = threeWay(said(form, 'dong'));
  const held = said(form, 'giu');
  const hold = held === '' ? null : (['all', 'unknown'] as const).find((one) => one === held);
  const closeDays = numberIn(form, 'dong_sau', 1, 3_650);
  if (isOffered === undefined) return { fault: 'moi_binh_luan' };
  if (hold === undefined) return { fault: 'giu' };
  if (closeDays === undefined) return { fault: 'dong_sau' };
  return isClosed === undefined ? { fault: 'dong' } : { isOffered, hold, closeDays, isClosed };
}

/** Rules of a policy that a form can set apart from its profile, with the most a figure may be. */
export const policyFlags = ['needsAgreement', 'isExact', 'hasComments'] as const;
export const policyNumbers = { embargoMinutes: 43_200, leastAgencies: 1_000, removalMinutes: 43_200 } as const;

/** The site's policy: a profile and what differs from it; an empty field is the profile's own value. */
export function readPolicyForm(form: URLSearchParams): PolicySetting | Fault {
  const profile = (Object.keys(profiles) as Policy['profile'][]).find((one) => one === said(form, 'ho_so'));
  if (profile === undefined) return { fault: 'ho_so' };
  const setting: PolicySetting = { profile };
  for (const name of policyFlags) {
    const value = threeWay(said(form, name));
    if (value === undefined) return { fault: name };
    if (value !== null) setting[name] = value;
  }
  for (const name of Object.keys(policyNumbers) as (keyof typeof policyNumbers)[]) {
    const value = numberIn(form, name, 0, policyNumbers[name]);
    if (value === undefined) return { fault: name };
    if (value !== null) setting[name] = value;
  }
  return setting;
}
