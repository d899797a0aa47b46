// A number → a feed: deterministic RSS of provincial news, about 2 KB an item, and the strings that break readers.

const WORDS =
  'tỉnh ủy xã phường nông dân mùa vụ lúa gạo cà phê giá bán doanh nghiệp đầu tư đường cao tốc dự án khánh thành học sinh trường bệnh viện cứu hộ mưa lũ sạt lở thủy điện du lịch lễ hội văn hóa bản làng đồng bào sinh kế giảm nghèo chuyển đổi số hợp tác xã sản phẩm thị trường xuất khẩu công an bộ đội biên phòng tuần tra'.split(
    ' ',
  );

/** The same sequence for the same seed. */
function random(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

/** RSS 2.0 with `items` items of about 2 KB: half of them in CDATA, half escaped, as papers do. */
export function newsFeed(items: number, seed = 1): Buffer {
  const next = random(seed);
  const words = (count: number): string => Array.from({ length: count }, () => WORDS[next(WORDS.length)]).join(' ');
  const parts = [
    '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom">\n<channel><title>Báo tỉnh</title><link>https://bao.example.vn/</link><description>Tin mới</description><language>vi</language><atom:link rel="self" href="https://bao.example.vn/rss"/>\n',
  ];
  for (let i = 0; i < items; i++) {
    const at = new Date(Date.UTC(2026, 9, 1) - i * 600_000).toUTCString();
    const url = `https://bao.example.vn/thoi-su/tin-${seed}-${i}.html`;
    const image = `https://cdn.example.vn/anh/${i}.jpg`;
    const summary = `<p><a href="${url}"><img src="${image}" alt=""/></a>${words(28)}</p>`;
    const body = `<p>${words(45)}</p><figure><img src="${image}" width="800"/><figcaption>${words(10)}</figcaption></figure><p>${words(45)} <a href="${url}?a=1&amp;b=2">${words(3)}</a> ${words(40)}</p>`;
    const wrap = (html: string): string =>
      i % 2 === 0
        ? `<![CDATA[${html}]]>`
        : html.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    parts.push(
      `<item><title>${words(12)} ${i}</title><link>${url}</link><guid isPermaLink="true">${url}</guid><pubDate>${at}</pubDate><dc:creator>${words(3)}</dc:creator><category>${words(2)}</category><description>${wrap(summary)}</description><content:encoded>${wrap(body)}</content:encoded><enclosure url="${image}" type="image/jpeg" length="${20_000 + next(90_000)}"/></item>\n`,
    );
  }
  parts.push('</channel></rss>\n');
  return Buffer.from(parts.join(''));
}

const around = (inside: string): Buffer =>
  Buffer.from(
    `<rss version="2.0"><channel><title>t</title><item><title>a</title><link>https://a.example/1</link>${inside}</item></channel></rss>`,
  );

/** Inputs on which other readers hang, each by a factor `n` of its full size (1 = as in the wild of fuzzers). */
export const HOSTILE: readonly { name: string; make: (n: number) => Buffer }[] = [
  {
    name: '400 KB of < in CDATA',
    make: (n) => around(`<description><![CDATA[${'<'.repeat(400_000 * n)}]]></description>`),
  },
  { name: '200 KB of ( in an author', make: (n) => around(`<author>${'('.repeat(200_000 * n)}</author>`) },
  { name: '1 M attributes', make: (n) => around(`<description ${'a="b" '.repeat(1_000_000 * n)}>x</description>`) },
  { name: '1 M unclosed tags', make: (n) => around('<a>'.repeat(1_000_000 * n)) },
  {
    name: '1 M unclosed tags in CDATA',
    make: (n) => around(`<title><![CDATA[${'<b>'.repeat(1_000_000 * n)}]]></title>`),
  },
  { name: '400 KB of & in a title', make: (n) => around(`<title>${'&'.repeat(400_000 * n)}</title>`) },
  { name: '400 KB of &a in a body', make: (n) => around(`<description>${'&a'.repeat(200_000 * n)}</description>`) },
  {
    name: '400 KB of spaces after href=',
    make: (n) => around(`<description><![CDATA[<a href=${' '.repeat(400_000 * n)}x]]></description>`),
  },
  { name: '400 KB of < outside CDATA', make: (n) => around(`<description>${'<'.repeat(400_000 * n)}</description>`) },
  {
    name: '100 K namespace declarations',
    make: (n) => around(Array.from({ length: 100_000 * n }, (_, i) => `<x:a xmlns:x="urn:${i}"/>`).join('')),
  },
  {
    name: '100 K nested, each declaring',
    make: (n) => around(Array.from({ length: 100_000 * n }, (_, i) => `<source xmlns:p${i}="urn:${i}">`).join('')),
  },
  {
    name: '200 K entities of one DTD',
    make: (n) =>
      Buffer.from(
        `<!DOCTYPE rss [<!ENTITY a "${'b'.repeat(900)}">]><rss><channel><item><title>${'&a;'.repeat(20_000 * n)}</title></item></channel></rss>`,
      ),
  },
];
