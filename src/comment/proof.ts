// Keys of the day, tickets, proofs of work and links → whether they are ours: nothing here is kept anywhere.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A key and the day it belongs to, `2026-11-22`. */
export type DayKey = { day: string; key: Buffer };

/** Leading zero bits of a proof: some 33,000 hashes, a tenth of a second on a desk and about half a second on a cheap phone. */
export const workBits = 15;

function sign(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url').slice(0, 32);
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** What a form carries: that it came from this site, for this story, today. The same for everybody, so that pages stay shared. */
export function writeTicket(key: DayKey, storyId: number): string {
  return `${key.day}.${sign(key.key, `ticket ${storyId} ${key.day}`)}`;
}

/** Whether a ticket is one of ours for this story, of the days whose keys are given. */
export function isTicket(keys: readonly DayKey[], storyId: number, ticket: string): boolean {
  return keys.some((key) => isSame(writeTicket(key, storyId), ticket));
}

/** Whether `proof` shows work for this very comment: sha256 of the first 32 hex digits over the fields, `:` and the proof begins with `workBits` zeros. */
export function isProof(ticket: string, name: string, body: string, proof: string): boolean {
  if (!/^\d{1,12}$/.test(proof)) return false;
  const seed = createHash('sha256').update(`${ticket}\n${name}\n${body}`).digest('hex').slice(0, 32);
  return createHash('sha256').update(`${seed}:${proof}`).digest().readUInt32BE(0) >>> (32 - workBits) === 0;
}

/** The secret part of the link by which a comment's writer may change it, while the key of its day is kept. */
export function writeLinkKey(key: DayKey, uid: string): string {
  return `${key.day}.${sign(key.key, `own ${uid} ${key.day}`)}`;
}

/** Whether that part is ours for this comment. For how long it opens anything is decided by the comment's age. */
export function isLinkKey(keys: readonly DayKey[], uid: string, linkKey: string): boolean {
  return keys.some((key) => isSame(writeLinkKey(key, uid), linkKey));
}

// A provider gives a home a whole /64: its machines choose the rest anew as they like.
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  return [...left, ...zeros, ...right].slice(0, 4).join(':');
}

/** 16 bytes that stand for an address (IPv6: its /64) for one day and mean nothing when that day's key is gone. */
export function addressKey(key: DayKey, address: string): Buffer {
  return createHmac('sha256', key.key)
    .update(`address ${networkOf(address)}`)
    .digest()
    .subarray(0, 16);
}

/** 16 bytes for the secret that a browser keeps of its writer together with the name; null without a secret. */
export function writerKey(secret: string, name: string): Buffer | null {
  if (!/^[0-9a-f]{32}$/.test(secret)) return null;
  return createHash('sha256').update(`writer ${secret} ${name.toLowerCase()}`).digest().subarray(0, 16);
}
