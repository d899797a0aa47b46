// The JSON of a publisher's agreement → its terms, with the default for each that it does not name.
import type { Agreement } from '../domain.ts';

/** The terms of a paper without an agreement: no embargo, no end, every partner. What may be shown are its rights (headlines). */
export const noAgreement: Agreement = {
  embargoMinutes: 0,
  expiryDays: null,
  partners: 'all',
  partnerIds: [],
  number: null,
  from: null,
  until: null,
};

/** The agreement that the column holds; only `setAgreement` writes it, so its parts are what they should be. */
export function toAgreement(value: unknown): Agreement {
  return typeof value === 'object' && value !== null ? { ...noAgreement, ...value } : noAgreement;
}
