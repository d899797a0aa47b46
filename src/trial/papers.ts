// The eight invented papers: where each is placed and in what manner it publishes.
import type { PaperSlug, Scene } from './article.ts';

/** One way of writing a feed, as provincial papers do. */
export type Dialect = 'plain-rss' | 'full-rss' | 'windows-1258' | 'json' | 'atom' | 'rdf' | 'damaged';

export type Paper = {
  slug: PaperSlug;
  /** Ends in the mark that says "sample" wherever a publisher's name shows. */
  name: string;
  motto: string;
  /** Official code of today's province. */
  province: string;
  provinceName: string;
  scene: Scene;
  charset: 'utf-8' | 'windows-1258';
  dialect: Dialect;
  feeds: readonly PaperFeed[];
};

export type PaperFeed = {
  /** Path under the paper's folder. */
  path: string;
  title: string;
  contentType: string;
  /** Only articles that carry one of these labels; absent = all. */
  categories?: readonly string[];
  /** Query added to every article URL, as campaign counters do. */
  tracking?: string;
};

const mark = '(toà soạn thử)';

/** All papers, in the order in which they are listed. Every person, place name below commune level and number in them is invented. */
export const papers: readonly Paper[] = [
  {
    slug: 'nui-ngan',
    name: `Báo Núi Ngàn ${mark}`,
    motto: 'Báo mẫu của vùng cao Sơn La',
    province: '14',
    provinceName: 'Sơn La',
    scene: 'hills',
    charset: 'utf-8',
    dialect: 'full-rss',
    feeds: [
      {
        path: 'rss/home.rss',
        title: `Báo Núi Ngàn ${mark} – Trang chủ`,
        contentType: 'application/rss+xml; charset=utf-8',
      },
    ],
  },
  {
    slug: 'song-may',
    name: `Báo Sông Mây ${mark}`,
    motto: 'Báo mẫu của vùng trung du Phú Thọ',
    province: '25',
    provinceName: 'Phú Thọ',
    scene: 'river',
    charset: 'utf-8',
    dialect: 'plain-rss',
    feeds: [
      {
        path: 'rss/tin-moi.rss',
        title: `Báo Sông Mây ${mark} – Tin mới`,
        contentType: 'application/rss+xml; charset=utf-8',
      },
      {
        path: 'rss/kinh-te.rss',
        title: `Báo Sông Mây ${mark} – Kinh tế`,
        contentType: 'text/xml; charset=utf-8',
        categories: ['Kinh tế', 'Nông nghiệp'],
        tracking: 'utm_source=rss&utm_medium=feed&utm_campaign=kinh-te',
      },
    ],
  },
  {
    slug: 'dong-chieu',
    name: `Báo Đồng Chiều ${mark}`,
    motto: 'Báo mẫu của đồng bằng Hưng Yên',
    province: '33',
    provinceName: 'Hưng Yên',
    scene: 'fields',
    charset: 'windows-1258',
    dialect: 'windows-1258',
    feeds: [
      { path: 'rss/trang-chu.rss', title: `Báo Đồng Chiều ${mark}`, contentType: 'text/xml; charset=windows-1258' },
    ],
  },
  {
    slug: 'bien-sang',
    name: `Báo Biển Sáng ${mark}`,
    motto: 'Báo mẫu của vùng biển Quảng Ninh',
    province: '22',
    provinceName: 'Quảng Ninh',
    scene: 'sea',
    charset: 'utf-8',
    dialect: 'json',
    feeds: [{ path: 'feed.json', title: `Báo Biển Sáng ${mark}`, contentType: 'application/feed+json; charset=utf-8' }],
  },
  {
    slug: 'gio-lam',
    name: `Báo Gió Lam ${mark}`,
    motto: 'Báo mẫu của xứ Nghệ',
    province: '40',
    provinceName: 'Nghệ An',
    scene: 'river',
    charset: 'utf-8',
    dialect: 'atom',
    feeds: [{ path: 'atom.xml', title: `Báo Gió Lam ${mark}`, contentType: 'application/atom+xml; charset=utf-8' }],
  },
  {
    slug: 'dai-ngan',
    name: `Báo Đại Ngàn Xanh ${mark}`,
    motto: 'Báo mẫu của cao nguyên và duyên hải Gia Lai',
    province: '52',
    provinceName: 'Gia Lai',
    scene: 'hills',
    charset: 'utf-8',
    dialect: 'rdf',
    feeds: [
      { path: 'index.rdf', title: `Báo Đại Ngàn Xanh ${mark}`, contentType: 'application/rdf+xml; charset=utf-8' },
    ],
  },
  {
    slug: 'mien-dua',
    name: `Báo Miền Dừa ${mark}`,
    motto: 'Báo mẫu của xứ dừa Vĩnh Long',
    province: '86',
    provinceName: 'Vĩnh Long',
    scene: 'river',
    charset: 'utf-8',
    dialect: 'damaged',
    feeds: [{ path: 'Rss.aspx?cate=0', title: `Báo Miền Dừa ${mark}`, contentType: 'text/html; charset=utf-8' }],
  },
  {
    slug: 'ben-gio',
    name: `Báo Bến Gió ${mark}`,
    motto: 'Báo mẫu của miền đất mũi Cà Mau',
    province: '96',
    provinceName: 'Cà Mau',
    scene: 'sea',
    charset: 'utf-8',
    dialect: 'full-rss',
    feeds: [{ path: 'rss/home.rss', title: `Báo Bến Gió ${mark}`, contentType: 'application/rss+xml; charset=utf-8' }],
  },
];
