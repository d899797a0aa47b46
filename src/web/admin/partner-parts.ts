// What the files of the partners' room share: addresses, what a form's text means, one partner found or not.
import { html } from 'hono/html';
import type { DeskPartner } from '../../store/partner-desk.ts';
import { findDeskPartner } from '../../store/partner-desk.ts';
import type { Desk } from './desk.ts';
import { deskZone } from './parts.ts';
import type { Visitor } from './shell.ts';
import { partnerWords } from './words-partners.ts';

/** Where the room lies. */
export const partnersPath = '/quan-tri/doi-tac';
/** Days before an end at which it is told. */
export const noticeDays = 30;

/** A whole number from 1 within what the column takes; null for anything else. */
export function readCount(text: string | null, most: number): number | null {
  const count = /^\d{1,9}$/.test(text?.trim() ?? '') ? Number(text) : 0;
  return count >= 1 && count <= most ? count : null;
}

/** A day `2026-11-22`; '' → null; undefined for what is no day. */
export function readDay(text: string | null): string | null | undefined {
  const day = text?.trim() ?? '';
  if (day === '') return null;
  return /^[12]\d{3}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day)) ? day : undefined;
}

/** Text of one line as it may be kept. */
export const readLine = (text: string | null, most: number): string =>
  (text ?? '').normalize('NFC').replace(/\s+/g, ' ').trim().slice(0, most);

/** Today on the desk's clock. */
export const deskDay = (now: Date): string => new Intl.DateTimeFormat('en-CA', { timeZone: deskZone }).format(now);

/** Which part of the answers was "unchanged", as a percentage. */
export const share = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${Math.round((part / whole) * 100)} %`;

/** What one partner's screen is shown with: words said above it, and the product or form that was asked for. */
export type PartnerView = {
  notice?: { text: string; isBad: boolean } | null;
  status?: number;
  /** Name of the product whose values stand in the form. */
  product?: string | null;
  /** What was sent and refused. */
  form?: URLSearchParams | null;
};

/** Shows a partner; the parts of the room call it with what they have to say. */
export type ShowPartner = (visitor: Visitor, partner: DeskPartner, view: PartnerView) => Promise<Response>;

/** The partner of a route's slug, or null. */
export const findOne = (desk: Desk, slug: string | undefined) => findDeskPartner(desk.ctx.db, slug ?? '');

/** The answer where there is none. */
export function noPartner(desk: Desk, { lang, ...visitor }: Visitor): Promise<Response> {
  const notice = { text: partnerWords(lang).notThere, isBad: true };
  return desk.show(lang, { lang, ...visitor }, { title: '404', content: html``, notice, path: partnersPath }, 404);
}

/** Where a panel stands: who looks at which partner, and whether they may change it. */
export type PanelAt = { visitor: Visitor; partner: DeskPartner; isChief: boolean; now: Date };
