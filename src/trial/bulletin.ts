// An hour → the service news of that hour: weather, prices and power cuts on one skeleton with other numbers.
import type { Article, PaperSlug } from './article.ts';
import { localTime, twoDigits } from './day.ts';
import { random } from './seed.ts';
import { papers } from './papers.ts';

const hourMs = 3_600_000;

type Stamp = { slug: string; day: string; clock: string; dayKey: string };

/** Names of an hour: bulletins of different hours differ in address, headline and numbers. */
function stampOf(at: Date): Stamp {
  const t = localTime(at);
  const dayKey = `${t.year}${twoDigits(t.month)}${twoDigits(t.day)}`;
  return { slug: `${dayKey}-${twoDigits(t.hour)}`, day: `${t.day}/${t.month}`, clock: `${t.hour} giờ`, dayKey };
}

function provinceOf(paper: PaperSlug): string {
  return papers.find((one) => one.slug === paper)?.provinceName ?? '';
}

const skies = [
  'nhiều mây, có mưa rào vài nơi',
  'ít mây, ngày nắng',
  'mây thay đổi, trưa chiều hửng nắng',
  'có mưa nhỏ về đêm và sáng',
  'nắng nhẹ, sáng sớm có sương mù',
  'nhiều mây, không mưa',
];
const winds = ['gió nhẹ', 'gió đông bắc cấp 2 – 3', 'gió đông nam cấp 2', 'gió đông cấp 3, có lúc cấp 4'];

/** No winter there. */
const southern: readonly PaperSlug[] = ['mien-dua', 'ben-gio'];

/** `at` names the hour of issue; every number follows from paper and hour. */
export function weatherBulletin(paper: PaperSlug, at: Date): Article {
  const stamp = stampOf(at);
  const next = random(`weather ${paper} ${stamp.slug}`);
  const low = (southern.includes(paper) ? 23 : 16) + Math.floor(next() * 5);
  const high = low + 5 + Math.floor(next() * 5);
  const damp = 62 + Math.floor(next() * 30);
  const sky = skies[Math.floor(next() * skies.length)] ?? '';
  const wind = winds[Math.floor(next() * winds.length)] ?? '';
  const province = provinceOf(paper);
  return {
    slug: `thoi-tiet-${stamp.slug}`,
    paper,
    title: `Thời tiết ${province} lúc ${stamp.clock} ngày ${stamp.day}: ${low} – ${high} độ C, ${sky}`,
    sapo: `Bản tin ${stamp.clock} ngày ${stamp.day}: ${province} ${sky}, ${wind}, nhiệt độ thấp nhất ${low} độ C, cao nhất ${high} độ C, độ ẩm trung bình ${damp} %.`,
    body: [
      `Trạm quan trắc mẫu của toà soạn cho biết, trong 12 giờ tới ${province} ${sky}, ${wind}. Nhiệt độ thấp nhất từ ${low} đến ${low + 1} độ C, cao nhất từ ${high - 1} đến ${high} độ C; nơi thoáng gió, ven sông thấp hơn 1 – 2 độ.`,
      `Độ ẩm không khí trung bình ${damp} %. Lượng mưa cả ngày ước từ ${Math.floor(next() * 4)} đến ${4 + Math.floor(next() * 12)} mm. Tầm nhìn xa trên ${4 + Math.floor(next() * 6)} km, giảm khi có mù vào sáng sớm.`,
      'Người dân đi làm sớm nên mang áo mỏng; bà con phơi nông sản chú ý theo dõi các bản tin tiếp theo.',
    ],
    byline: 'Tổ Bạn đọc',
    categories: ['Thời tiết', 'Đời sống'],
    place: province,
    photos: [],
  };
}

const goods: Partial<Record<PaperSlug, readonly (readonly [string, number])[]>> = {
  'nui-ngan': [
    ['xoài ghép loại 1', 14_000],
    ['mận hậu sấy dẻo', 120_000],
    ['cà phê nhân', 112_000],
    ['sắn tươi', 2_400],
  ],
  'song-may': [
    ['chè búp tươi', 6_500],
    ['bưởi loại 1 (quả)', 22_000],
    ['lợn hơi', 61_000],
    ['chuối phấn (nải)', 18_000],
  ],
  'dong-chieu': [
    ['nhãn sấy', 145_000],
    ['gà ta thả vườn', 88_000],
    ['lúa khô tẻ thơm', 10_200],
    ['cam đường canh', 32_000],
  ],
  'bien-sang': [
    ['mực ống tươi', 260_000],
    ['hàu nuôi bè', 24_000],
    ['tôm thẻ 60 con/kg', 165_000],
    ['cá song nuôi', 230_000],
  ],
  'gio-lam': [
    ['lạc nhân', 46_000],
    ['cam loại 1', 38_000],
    ['dứa quả', 7_500],
    ['bò hơi', 82_000],
  ],
  'dai-ngan': [
    ['cà phê nhân xô', 113_000],
    ['hồ tiêu đen', 148_000],
    ['mủ cao su (độ)', 420],
    ['sầu riêng xô', 62_000],
  ],
  'mien-dua': [
    ['dừa khô (chục 12 quả)', 135_000],
    ['bưởi da xanh loại 1', 36_000],
    ['chôm chôm nhãn', 28_000],
    ['tôm càng xanh', 190_000],
  ],
  'ben-gio': [
    ['tôm sú 30 con/kg', 215_000],
    ['cua gạch', 420_000],
    ['cá kèo', 92_000],
    ['lúa tươi tại ruộng', 6_900],
  ],
};

const priceSteps = [5, 50, 100, 500, 1_000, 2_000] as const;

/** Prices of the paper's own goods; each stays within a few steps of its usual level. */
export function priceBulletin(paper: PaperSlug, at: Date): Article {
  const stamp = stampOf(at);
  const next = random(`price ${paper} ${stamp.slug}`);
  const province = provinceOf(paper);
  const rows = (goods[paper] ?? []).map(([what, usual]) => {
    const step = priceSteps.find((one) => usual / one < 200) ?? 5_000;
    const moves = Math.floor(next() * 9) - 4;
    const change = moves * step;
    const word = change === 0 ? 'không đổi' : `${change > 0 ? 'tăng' : 'giảm'} ${vnd(Math.abs(change))} đồng`;
    return { what, now: usual + change, word };
  });
  const [first, second] = rows;
  return {
    slug: `gia-nong-san-${stamp.slug}`,
    paper,
    title: `Giá nông sản ${province} ngày ${stamp.day} (${stamp.clock}): ${first?.what ?? ''} ${first?.word ?? ''}`,
    sapo: `Khảo sát lúc ${stamp.clock} ngày ${stamp.day} tại các chợ đầu mối mẫu ở ${province}: ${first?.what ?? ''} ${vnd(first?.now ?? 0)} đồng, ${second?.what ?? ''} ${vnd(second?.now ?? 0)} đồng.`,
    body: [
      ...rows.map(
        (row) =>
          `Giá ${row.what} hôm nay ở mức ${vnd(row.now)} đồng${/[(/]/.test(row.what) ? '' : '/kg'}, ${row.word} so với phiên trước.`,
      ),
      `Các thương lái cho biết lượng hàng về chợ trong ngày khoảng ${20 + Math.floor(next() * 60)} tấn, sức mua ${next() < 0.5 ? 'ổn định' : 'nhích nhẹ'}. Giá trên là giá mua tại vườn, tại ao, chưa gồm công vận chuyển.`,
    ],
    byline: 'Tổ Kinh tế',
    categories: ['Nông nghiệp', 'Kinh tế', 'Giá cả'],
    place: province,
    photos: [],
  };
}

const cutAreas: Partial<Record<PaperSlug, readonly string[]>> = {
  'song-may': ['xã Đồi Cọ', 'xã Thượng Ngòi', 'phường Bến Gót Mới', 'xã Gò Chè'],
  'dong-chieu': ['xã Đồng Vượt', 'xã Bãi Nhãn', 'phường Phố Chiều', 'xã Cống Sáu'],
  'mien-dua': ['xã Cồn Lá', 'xã Rạch Mương', 'phường Bến Dừa', 'xã Giồng Cát'],
};

/** Power cuts planned for the day after `at`. */
export function powerCutBulletin(paper: PaperSlug, at: Date): Article {
  const stamp = stampOf(at);
  const tomorrow = stampOf(new Date(at.getTime() + 24 * hourMs)).day;
  const next = random(`power ${paper} ${stamp.dayKey}`);
  const province = provinceOf(paper);
  const areas = (cutAreas[paper] ?? [`khu trung tâm ${province}`]).map((area) => {
    const from = 6 + Math.floor(next() * 7);
    return { area, from, to: from + 2 + Math.floor(next() * 4), homes: 80 + Math.floor(next() * 500) };
  });
  return {
    slug: `lich-cat-dien-${stamp.slug}`,
    paper,
    title: `Lịch tạm ngừng cấp điện tại ${province} ngày ${tomorrow}`,
    sapo: `Đơn vị điện lực mẫu thông báo lịch tạm ngừng cấp điện ngày ${tomorrow} để sửa chữa, bảo dưỡng lưới điện ở ${areas.length} khu vực của ${province}.`,
    body: [
      ...areas.map(
        (one) =>
          `${one.area.charAt(0).toUpperCase()}${one.area.slice(1)}: từ ${one.from} giờ đến ${one.to} giờ ngày ${tomorrow}, khoảng ${one.homes} hộ bị ảnh hưởng.`,
      ),
      'Ngành điện đề nghị khách hàng chủ động sắp xếp sản xuất, sinh hoạt. Nếu công việc xong sớm, điện sẽ được đóng lại trước giờ đã báo; không tự ý đấu nối, sửa chữa trong thời gian này.',
    ],
    byline: 'Tổ Bạn đọc',
    categories: ['Thông tin cần biết', 'Đời sống'],
    place: province,
    photos: [],
  };
}

/** One bulletin for every full hour in `(from, to]`, oldest first; the papers take turns, so each writes about three a day. */
export function bulletinsBetween(from: Date, to: Date): { article: Article; at: Date }[] {
  const out: { article: Article; at: Date }[] = [];
  for (let hour = Math.ceil(from.getTime() / hourMs); hour * hourMs <= to.getTime(); hour++) {
    const paper = papers[hour % papers.length]?.slug;
    if (!paper) continue;
    const at = new Date(hour * hourMs);
    out.push({
      article: Math.floor(hour / papers.length) % 3 === 1 ? priceBulletin(paper, at) : weatherBulletin(paper, at),
      at,
    });
  }
  return out;
}

/** The service news of the day before the newsroom's first start and of that day, as two issues of each template. */
export function bulletinsOfTwoDays(startedAt: Date): { article: Article; at: Date }[] {
  const makers: [typeof weatherBulletin, PaperSlug, number][] = [
    [priceBulletin, 'dai-ngan', 2.4],
    [priceBulletin, 'mien-dua', 3.1],
    [priceBulletin, 'song-may', 3.6],
    [weatherBulletin, 'nui-ngan', 1.7],
    [weatherBulletin, 'bien-sang', 2.2],
    [powerCutBulletin, 'dong-chieu', 4.3],
    [powerCutBulletin, 'song-may', 5.2],
  ];
  return makers.flatMap(([make, paper, hoursAgo]) =>
    [hoursAgo + 24, hoursAgo].map((hours) => {
      const at = new Date(startedAt.getTime() - Math.round(hours * 3600) * 1000);
      return { article: make(paper, at), at };
    }),
  );
}

/** `62000` → `62.000`. */
function vnd(amount: number): string {
  return String(amount).replace(/\B(?=(\d{3})+$)/g, '.');
}
