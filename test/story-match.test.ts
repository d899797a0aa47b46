import { describe, expect, test } from 'vitest';
import { assemble, readListed } from '../src/story/assemble.ts';
import { explainEvidence } from '../src/story/explain.ts';
import { type Article, match } from '../src/story/match.ts';
import { signatureOf } from '../src/text/signature.ts';
import { bridge, bridgeFollowUp, bridgeIndependent, council, councilElsewhere } from './story-texts.ts';

type Text = { title: string; lead: string; body: string };
const read = (text: Text, more: Partial<Article> = {}): Article => ({
  signature: signatureOf(text),
  publisher: null,
  at: null,
  ...more,
});
const decide = (a: Text, b: Text) => match(read(a), read(b));
const lines = bridge.body.split('\n');

describe('one text stays one story', () => {
  test.each<[string, Text]>([
    ['with another title', { ...bridge, title: 'Lũ cuốn trôi lối đi duy nhất của 46 hộ dân' }],
    [
      'with a label and a source line',
      { ...bridge, title: `Tin nóng: ${bridge.title}`, body: `${bridge.body}\nTheo Báo Sông Mây` },
    ],
    ['with captions between its paragraphs', { ...bridge, body: lines.join('\nHiện trường vụ việc. Ảnh: Lò Pành\n') }],
    [
      'with the other school of tone marks, decomposed',
      { ...bridge, body: bridge.body.replaceAll('thủy', 'thuỷ').normalize('NFD') },
    ],
    [
      'with paragraphs dropped and put in another order',
      { ...bridge, body: [lines[0], lines[3], lines[2], lines[4]].join('\n') },
    ],
    ['cut to its lead', { ...bridge, body: '' }],
    ['cut to its lead and one paragraph', { ...bridge, body: lines[0] ?? '' }],
    ['continued with a later update', { ...bridge, body: `${bridge.body}\nCập nhật lúc 16h: xuồng máy đã tới bản.` }],
    [
      'with some sentences written anew',
      {
        ...bridge,
        title: 'Sập nhịp cầu treo Nà Lìm',
        body: bridge.body
          .replace('Rất may lúc đó không có người qua cầu.', 'May mắn là khi ấy trên cầu không có ai.')
          .replace('đang dâng cao', 'cuồn cuộn'),
      },
    ],
  ])('%s', (_, changed) => {
    expect(decide(bridge, changed)).toMatchObject({ kind: 'same', veto: null });
    expect(decide(changed, bridge).kind).toBe('same');
  });
});

describe('what only looks alike stays apart', () => {
  test('a template filled for another place', () => {
    expect(decide(council, councilElsewhere).kind).toBe('related');
  });

  test('a follow-up that pastes the old report behind its news', () => {
    expect(decide(bridge, bridgeFollowUp).kind).toBe('related');
  });

  test('another desk writing of the same night', () => {
    expect(decide(bridge, bridgeIndependent).kind).toBe('different');
  });

  test('one text under titles that differ in a number', () => {
    expect(
      decide({ ...bridge, title: 'Thông báo đấu giá lần 1' }, { ...bridge, title: 'Thông báo đấu giá lần 2' }),
    ).toMatchObject({ kind: 'related', veto: 'title-numbers' });
  });

  test('one text with other figures', () => {
    const price = (day: string, buy: string, sell: string, gram: string): Text => ({
      title: 'Giá vàng trong nước sáng nay',
      lead: `Mở cửa phiên ngày ${day}, giá vàng miếng được niêm yết ở mức ${buy} triệu đồng mua vào và ${sell} triệu đồng bán ra mỗi lượng tại các cửa hàng lớn.`,
      body: `Vàng nhẫn tròn trơn giao dịch quanh ${gram} triệu đồng mỗi chỉ, chênh lệch hai chiều giữ nguyên so với phiên liền trước. Giới kinh doanh khuyên người mua cân nhắc khi biên độ còn rộng, tránh chạy theo đám đông trong những phiên biến động mạnh. `.repeat(
        1,
      ),
    });
    expect(decide(price('3/8', '76,2', '78,4', '7,51'), price('4/8', '75,9', '78,1', '7,48'))).toMatchObject({
      kind: 'related',
      veto: 'numbers',
    });
  });

  test('headlines alone, however equal', () => {
    expect(
      decide({ title: 'Tin vắn trong tỉnh', lead: '', body: '' }, { title: 'Tin vắn trong tỉnh', lead: '', body: '' })
        .kind,
    ).toBe('different');
  });

  test('a series of one publisher unless it is the same issue', () => {
    const issue = { ...bridge, body: bridge.body.replace('khoảng 3 giờ', 'khoảng 4 giờ') };
    const serial = { publisher: 'bao', isSerial: true };
    expect(match(read(bridge, serial), read(issue, serial))).toMatchObject({ veto: 'series' });
    expect(match(read(bridge, serial), read(bridge, serial)).kind).toBe('same');
    expect(match(read(bridge, serial), read(issue, { publisher: 'other' })).kind).toBe('same');
  });

  test('an edited copy after months; an unchanged one stays itself', () => {
    const edited = {
      ...bridge,
      title: 'Sập nhịp cầu treo Nà Lìm',
      body: [
        ...lines.slice(0, 3),
        'Một đoạn hoàn toàn mới được viết thêm về việc sửa chữa cây cầu trong mùa khô tới đây của chính quyền.',
      ].join('\n'),
    };
    const [then, now] = [new Date('2026-01-05T00:00:00Z'), new Date('2026-11-05T00:00:00Z')];
    expect(match(read(bridge, { at: then }), read(edited, { at: now })).kind).not.toBe('same');
    expect(match(read(bridge, { at: then }), read(bridge, { at: now })).kind).toBe('same');
  });
});

test('the decision is the same from both sides', () => {
  const texts = [bridge, bridgeFollowUp, bridgeIndependent, council, councilElsewhere];
  for (const a of texts) {
    for (const b of texts) {
      const [there, back] = [decide(a, b), decide(b, a)];
      expect({ ...back, leads: back.leads.toReversed(), halves: back.halves.toReversed() }).toEqual(there);
    }
  }
});

test('every verdict can be told in words', () => {
  expect(explainEvidence(decide(bridge, bridge))).toContain('same: nearly the whole text is the same');
  expect(explainEvidence(decide(bridge, { ...bridge, title: `${bridge.title} lần 2` }))).toMatch(/^(same|related)/);
});

describe('stories of a list', () => {
  const listed = (text: Text) => readListed(text, { publisher: null, at: null });

  test('copies come together whatever stands between them, in the order of arrival', () => {
    const list = [
      bridge,
      council,
      bridgeIndependent,
      { ...bridge, body: '' },
      councilElsewhere,
      { ...council, title: council.title.toUpperCase() },
      bridgeFollowUp,
    ];
    expect(assemble(list.map(listed)).map((story) => story.members)).toEqual([[0, 3], [1, 5], [2], [4], [6]]);
  });

  test("an editor's word outranks the evidence", () => {
    const articles = [bridge, bridge, bridgeIndependent].map(listed);
    expect(assemble(articles, [{ a: 0, b: 1, kind: 'apart' }]).map((story) => story.members)).toEqual([[0], [1], [2]]);
    expect(assemble(articles, [{ a: 0, b: 2, kind: 'together' }]).map((story) => story.members)).toEqual([[0, 1, 2]]);
  });
});
