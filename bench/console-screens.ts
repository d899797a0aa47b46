// The screens of the console that are measured at size: name and address over the world of bench/console-world.ts. A new screen is one more row.
import { openVocabulary } from './vocabulary.ts';

/** `path` may use what the world holds: stories 1…`stories`, the newest last. */
export type MeasuredScreen = { name: string; path: (world: { stories: number }) => string };

const { words } = openVocabulary(42);
const typed = (index: number) => encodeURIComponent(words[index] ?? 'tin');
// Far down: the place of a story in the middle of all.
const middle = (stories: number) => `1-${Date.now() - (stories / 2) * 26_000}-${Math.floor(stories / 2)}`;

export const measuredScreens: readonly MeasuredScreen[] = [
  { name: 'list of sources', path: () => '/quan-tri' },
  { name: 'those that fail', path: () => '/quan-tri?tt=broken' },
  { name: 'searched without marks', path: () => '/quan-tri?q=bao+tinh+so+7' },
  { name: 'a page deep in the list', path: () => '/quan-tri?sau=6.0.1500' },
  { name: 'one source, by the hour', path: () => '/quan-tri/nguon/17' },
  { name: 'one source, by the day', path: () => '/quan-tri/nguon/17?theo=ngay' },
  { name: "a source's rules", path: () => '/quan-tri/nguon/17/cach-doc' },
  { name: 'health', path: () => '/quan-tri/suc-khoe' },
  { name: 'papers', path: () => '/quan-tri/to-bao' },
  { name: 'papers searched without marks', path: () => '/quan-tri/to-bao?q=bao+tinh+7' },
  { name: 'one paper', path: () => '/quan-tri/to-bao/bao-7' },
  { name: 'the policy', path: () => '/quan-tri/to-bao/quy-dinh' },
  { name: 'adding a source', path: () => '/quan-tri/nguon/them' },
  { name: 'all sources as OPML', path: () => '/quan-tri/nguon/xuat.opml' },
  { name: 'all sources as JSON', path: () => '/quan-tri/nguon/xuat.json' },
  { name: 'stories, newest', path: () => '/quan-tri/tin' },
  { name: 'stories, from the middle on', path: ({ stories }) => `/quan-tri/tin?sau=${middle(stories)}` },
  { name: 'stories of a province', path: () => '/quan-tri/tin?tinh=son-la' },
  { name: 'stories of a paper', path: () => '/quan-tri/tin?bao=bao-7' },
  { name: 'stories of a paper in a province', path: () => '/quan-tri/tin?bao=bao-7&tinh=son-la' },
  { name: 'stories of three papers', path: () => '/quan-tri/tin?so-bao=3' },
  { name: 'stories of twenty papers (none)', path: () => '/quan-tri/tin?so-bao=20' },
  { name: 'stories of three papers in a province', path: () => '/quan-tri/tin?so-bao=3&tinh=ha-noi' },
  { name: 'stories by a common word', path: () => `/quan-tri/tin?q=${typed(3)}` },
  { name: 'stories by a rare word', path: () => `/quan-tri/tin?q=${typed(3_000)}` },
  { name: 'stories by a word, three papers', path: () => `/quan-tri/tin?q=${typed(3)}&so-bao=3` },
  { name: 'stories held', path: () => '/quan-tri/tin?trang-thai=held' },
  { name: 'stories held, by words (none)', path: () => '/quan-tri/tin?trang-thai=held&q=khong-co-dau' },
  { name: 'stories withdrawn in a province', path: () => '/quan-tri/tin?trang-thai=withdrawn&tinh=ha-noi' },
  { name: 'comments that wait', path: () => '/quan-tri/binh-luan' },
  { name: 'comments rejected', path: () => '/quan-tri/binh-luan?trang-thai=rejected' },
  { name: 'comments on one story', path: ({ stories }) => `/quan-tri/binh-luan?trang-thai=tat-ca&tin=${stories - 7}` },
  {
    name: 'comments by one sender',
    path: () => '/quan-tri/binh-luan?trang-thai=tat-ca&nguoi=c4ca4238a0b923820dcc509a6f75849b',
  },
  { name: 'forbidden words', path: () => '/quan-tri/binh-luan/tu-cam' },
  { name: 'settings of comments', path: () => '/quan-tri/binh-luan/cai-dat' },
  { name: 'accounts', path: () => '/quan-tri/tai-khoan' },
  { name: 'the audit log', path: () => '/quan-tri/nhat-ky' },
  { name: 'the audit log, by words and person', path: () => '/quan-tri/nhat-ky?ai=npm+start&q=admin' },
  { name: 'partners', path: () => '/quan-tri/doi-tac' },
  { name: 'editions', path: () => '/quan-tri/tuyen-tap' },
  {
    name: 'an edition looked at before it is made',
    path: () => '/quan-tri/tuyen-tap/moi?tinh=son-la&chuyen-muc=kinh-te',
  },
  { name: 'one story', path: ({ stories }) => `/quan-tri/tin/${stories - 1}` },
  { name: 'one story of four papers', path: ({ stories }) => `/quan-tri/tin/${stories - (stories % 20)}` },
  { name: 'one story, withdrawn', path: ({ stories }) => `/quan-tri/tin/${stories - ((stories - 1_000) % 1_500)}` },
  { name: 'a merge looked at', path: ({ stories }) => `/quan-tri/tin/${stories - 1}/gop?voi=${stories - 20_001}` },
];
