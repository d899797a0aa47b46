// Comments without a database: how they are counted, judged, threaded and signed.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanName, cleanText, countCharacters, findFaults } from '../src/comment/measure.ts';
import {
  addressKey,
  isLinkKey,
  isProof,
  isTicket,
  workBits,
  writeLinkKey,
  writerKey,
  writeTicket,
} from '../src/comment/proof.ts';
import { type Evidence, findReasons, judgeComment, rates, wordForm } from '../src/comment/screen.ts';
import { toThreads } from '../src/comment/thread.ts';

const family = '👨‍👩‍👧‍👦';
const quiet: Evidence = { recent: [], copies: 0, words: [], isKnown: true, hold: 'unknown' };
const said = (body: string, more = {}) => ({ name: 'Lò Thị Mai', body, hasProof: true, isTrapped: false, ...more });

describe('characters', () => {
  test.each([
    ['hay!', 4],
    ['hay lắm'.normalize('NFD'), 7],
    [family.repeat(5), 5],
    ['e\u0302\u0301'.repeat(5), 5],
    ['🇻🇳🇻🇳', 2],
    ['a\r\nb', 3],
    ['  năm  ', 3],
    ['\u200b\u200b\u3164\u2060a', 1],
    ['\u200d\u200d\u200d\u200d\u200d', 0],
    ['', 0],
  ])('of %j are counted as a person does: %d', (raw, count) => {
    expect(countCharacters(cleanText(raw))).toBe(count);
  });

  test.each([
    [4, 'short'],
    [5, undefined],
    [500, undefined],
    [501, 'long'],
  ])('%d of them are %s, whatever they are made of', (length, fault) => {
    for (const letter of ['ệ', 'ệ'.normalize('NFD'), family, 'a'])
      expect(findFaults('Mai', cleanText(letter.repeat(length))).body).toBe(fault);
  });

  test('of a hostile megabyte are not counted', () => {
    expect(countCharacters('a'.repeat(1_000_000))).toBe(Number.POSITIVE_INFINITY);
  });

  test('of a name stand in one line', () => {
    expect(cleanName(' Lò\n\tThị  Mai\u202e ')).toBe('Lò Thị Mai');
  });

  test('that are clean stay as they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (raw) => {
        const once = cleanText(raw);
        expect(cleanText(once)).toBe(once);
      }),
    );
  });
});

describe('the screen', () => {
  test.each([
    ['Xem thêm tại https://vay.example', ['links']],
    ['Vào nhacai88 . com nhận thưởng', ['links']],
    ['Gọi 0912 345 678 nhé', ['links']],
    ['Tài Xỉu đây bà con ơi', ['words']],
    ['c.a.s.i.n.o uy tín', ['words']],
    ['Con số 0,5 và 2.000 ha rừng. Cảm ơn báo.', []],
    ['Đường này năm 2025 đi khó lắm', []],
    ['Bài viết rất hay, cảm ơn toà soạn', []],
    [`Ghê a${'\u0300'.repeat(9)} quá`, ['marks']],
    ['ĐỀ NGHỊ CÁC CẤP CHÍNH QUYỀN XEM XÉT NGAY VIỆC NÀY', ['shouting']],
  ])('finds in %j: %j', (body, reasons) => {
    expect(findReasons(said(body), { copies: 0, words: ['tài xỉu', 'casino'].map(wordForm) })).toEqual(reasons);
  });

  test('knows a forbidden word by its marks, and no other word that looks like it', () => {
    const words = [wordForm('lồn')];
    expect(findReasons(said('Cá lớn lắm, lòn qua khe'), { copies: 0, words })).toEqual([]);
    expect(findReasons(said('đồ LỒN'.normalize('NFD')), { copies: 0, words })).toEqual(['words']);
  });

  test('shows at once only known writers, with proof, where the setting says so', () => {
    const body = 'Bài viết hay lắm';
    expect(judgeComment(said(body), quiet)).toEqual({ kind: 'shown' });
    expect(judgeComment(said(body), { ...quiet, hold: 'all' })).toEqual({ kind: 'held', reasons: ['all'] });
    expect(judgeComment(said(body), { ...quiet, isKnown: false })).toEqual({ kind: 'held', reasons: ['new'] });
    expect(judgeComment(said(body, { hasProof: false }), quiet)).toEqual({ kind: 'held', reasons: ['plain'] });
    expect(judgeComment(said(body), { ...quiet, copies: 3 })).toEqual({ kind: 'held', reasons: ['copied'] });
    expect(judgeComment(said(body, { name: 'Ban Biên Tập' }), quiet)).toEqual({ kind: 'held', reasons: ['name'] });
    expect(judgeComment(said(body, { isTrapped: true }), quiet)).toEqual({ kind: 'rejected', reasons: ['trap'] });
  });

  test('refuses the same text again, however it is dressed, and floods', () => {
    const before = (body: string) => ({ ...quiet, recent: [{ body, ageSeconds: 60 }] });
    expect(judgeComment(said('Hay quá!!!'), before('hay  quaaá'))).toEqual({ kind: 'refused', why: 'repeated' });
    const many = (count: number) => ({
      ...quiet,
      recent: Array.from({ length: count }, (_, i) => ({ body: `ý kiến thứ ${i}`, ageSeconds: i })),
    });
    expect(judgeComment(said('Một ý khác'), many(rates.proven.hour - 1)).kind).toBe('shown');
    expect(judgeComment(said('Một ý khác'), many(rates.proven.hour))).toEqual({ kind: 'refused', why: 'often' });
    expect(judgeComment(said('Một ý khác', { hasProof: false }), many(rates.plain.hour))).toEqual({
      kind: 'refused',
      why: 'often',
    });
  });

  test('takes linear time over what is made to be slow', () => {
    const body = `${'a. '.repeat(5_000)}${'0 '.repeat(300)}`;
    const began = performance.now();
    findReasons(said(body), { copies: 0, words: ['x'] });
    expect(performance.now() - began).toBeLessThan(200);
  });
});

test('answers stand below what they answer, an erased comment only while somebody answered it', () => {
  const one = (id: number, parentId: number | null, state: 'shown' | 'removed' = 'shown') => ({ id, parentId, state });
  const threads = toThreads([
    one(5, 9),
    one(4, null, 'removed'),
    one(3, 2),
    one(2, 1),
    one(1, null, 'removed'),
    one(6, null),
  ]);

  expect(threads).toEqual([
    { first: one(6, null), answers: [] },
    { first: one(5, 9), answers: [] },
    {
      first: one(1, null, 'removed'),
      answers: [
        { comment: one(2, 1), to: null },
        { comment: one(3, 2), to: one(2, 1) },
      ],
    },
  ]);
});

test('tickets, links and proofs hold for what they were made for and for nothing else', () => {
  const today = { day: '2026-11-22', key: Buffer.alloc(32, 1) };
  const other = { day: '2026-11-22', key: Buffer.alloc(32, 2) };
  const ticket = writeTicket(today, 7);
  expect([
    isTicket([today], 7, ticket),
    isTicket([today], 8, ticket),
    isTicket([other], 7, ticket),
    isTicket([], 7, ''),
  ]).toEqual([true, false, false, false]);
  const link = writeLinkKey(today, 'u');
  expect([isLinkKey([other, today], 'u', link), isLinkKey([today], 'v', link)]).toEqual([true, false]);

  const seed = createHash('sha256').update(`${ticket}\nMai\nHay lắm`).digest('hex').slice(0, 32);
  let proof = 0;
  while (createHash('sha256').update(`${seed}:${proof}`).digest().readUInt32BE(0) >>> (32 - workBits) !== 0) proof += 1;
  expect(isProof(ticket, 'Mai', 'Hay lắm', String(proof))).toBe(true);
  expect(isProof(ticket, 'Mai', 'Hay lắm!', String(proof))).toBe(false);
});

test('an address is a hash of its day, a home with IPv6 is one address', () => {
  const [today, tomorrow] = [
    { day: 'a', key: Buffer.alloc(32, 1) },
    { day: 'b', key: Buffer.alloc(32, 2) },
  ];
  expect(addressKey(today, '1.2.3.4')).toEqual(addressKey(today, '::ffff:1.2.3.4'));
  expect(addressKey(today, '1.2.3.4')).not.toEqual(addressKey(tomorrow, '1.2.3.4'));
  expect(addressKey(today, '2405:4800:1:2::1')).toEqual(addressKey(today, '2405:4800:1:2:a:b:c:d'));
  expect(addressKey(today, '2405:4800:1:2::1')).not.toEqual(addressKey(today, '2405:4800:1:3::1'));
  expect(writerKey('a'.repeat(32), 'Mai')).not.toEqual(writerKey('a'.repeat(32), 'Lan'));
  expect(writerKey('', 'Mai')).toBeNull();
});
