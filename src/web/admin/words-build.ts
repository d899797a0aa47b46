// Words of the selector builder; Vietnamese and English.
import type { Lang } from '../words.ts';

const vi = {
  title: 'Tự chọn bài trên trang',
  address: 'Địa chỉ trang có danh sách bài',
  addressHint: 'Trang chuyên mục hay trang chủ của báo không có nguồn tin.',
  open: 'Mở trang',
  opening: (host: string) => `Đang mở ${host}`,
  openingHint: 'Trang được tải một lần, theo robots.txt của báo; trình duyệt của bạn không hỏi báo điều gì.',
  failed: 'Không mở được trang',
  gone: 'Trang này không còn (giữ một ngày). Hãy mở lại.',
  again: 'Mở lại trang',
  how: 'Chọn “một bài” rồi bấm vào một bài bất kỳ trên ảnh chụp (hoặc: Tab vào ảnh chụp, phím mũi tên để đi, Enter để chọn). Máy tìm các bài còn lại. Trường nào sai thì chọn trường ấy rồi bấm vào đúng chỗ trong một bài.',
  howPlain: 'Không có JavaScript, hãy dùng một danh sách máy đoán, hoặc gõ bộ chọn CSS rồi bấm “Xem thử”.',
  snapshot: 'Ảnh chụp trang',
  snapshotHelp: 'Ảnh chụp trang. Phím lên, xuống: đi tới chỗ kế; trái: rộng ra; phải: hẹp lại; Enter: chọn.',
  picking: 'Đang chọn',
  fields: {
    item: 'một bài',
    title: 'tiêu đề',
    link: 'liên kết',
    date: 'ngày',
    image: 'ảnh',
    summary: 'sapo',
  } as Record<string, string>,
  guesses: 'Danh sách máy đoán',
  useGuess: (count: number) => `Dùng (${count} bài)`,
  guessNamed: (name: string, count: number) => `Dùng (${count} bài): ${name}`,
  guessName: (index: number) => `danh sách ${index}`,
  rules: 'Bộ chọn CSS',
  rulesHint: 'Trường để trống thì máy tìm theo dáng vẻ. “CSS@thuộc-tính” lấy một thuộc tính, ví dụ time@datetime.',
  item: 'Mỗi bài',
  flat: 'bài trải ra nhiều phần tử liền nhau',
  try: 'Xem thử',
  lists: 'Danh sách trên trang',
  list: (index: number) => `Danh sách ${index}`,
  addList: 'Thêm danh sách',
  dropList: 'Bỏ danh sách này',
  save: 'Dùng bộ chọn này',
  found: (count: number, total: number) =>
    count === total ? `${count} bài tìm thấy` : `${count} bài tìm thấy ở danh sách này, ${total} ở mọi danh sách`,
  nothing: 'Chưa tìm thấy bài nào. Chọn một bài trên ảnh chụp, hoặc gõ bộ chọn.',
  problem: {
    no_list: 'Chỗ này không nằm trong danh sách nào; thử bấm vào tiêu đề một bài.',
    outside: 'Chỗ này không nằm trong bài nào của danh sách; chọn “một bài” trước, hoặc bấm vào trong một bài.',
    no_rule: 'Không có bộ chọn ngắn nào tới được chỗ này trước tiên trong mỗi bài.',
    selector: 'Có bộ chọn chưa đúng cú pháp CSS',
  } as Record<string, string>,
  picked: (label: string) => `Đã chọn ${label}.`,
};

/** Words of the builder in one language. */
export type BuildWords = typeof vi;

const en: BuildWords = {
  title: 'Choose articles on the page',
  address: 'Address of a page with a list of articles',
  addressHint: 'A section or the home page of a paper without feeds.',
  open: 'Open the page',
  opening: (host) => `Opening ${host}`,
  openingHint: "The page is fetched once, by the paper's robots.txt; your browser asks the paper nothing.",
  failed: 'The page could not be opened',
  gone: 'This page is gone (kept for a day). Please open it again.',
  again: 'Open the page again',
  how: 'Choose “an article”, then click any article on the snapshot (or: Tab into the snapshot, arrow keys to move, Enter to choose). The other articles are found by it. Where a field is wrong, choose it and click its place in one article.',
  howPlain: 'Without JavaScript, use a list that was guessed, or type CSS selectors and press “Try”.',
  snapshot: 'Snapshot of the page',
  snapshotHelp: 'Snapshot of the page. Up and down: the next place; left: wider; right: narrower; Enter: choose.',
  picking: 'Choosing',
  fields: { item: 'an article', title: 'headline', link: 'link', date: 'date', image: 'picture', summary: 'summary' },
  guesses: 'Lists that were guessed',
  useGuess: (count) => `Use (${count} articles)`,
  guessNamed: (name, count) => `Use (${count} articles): ${name}`,
  guessName: (index) => `list ${index}`,
  rules: 'CSS selectors',
  rulesHint: 'An empty field is found by its look. “CSS@attribute” takes an attribute, such as time@datetime.',
  item: 'Each article',
  flat: 'an article goes on in the elements beside it',
  try: 'Try',
  lists: 'Lists on the page',
  list: (index) => `List ${index}`,
  addList: 'Add a list',
  dropList: 'Drop this list',
  save: 'Use these selectors',
  found: (count, total) =>
    count === total ? `${count} articles found` : `${count} articles found in this list, ${total} in all lists`,
  nothing: 'No article was found yet. Choose one on the snapshot, or type selectors.',
  problem: {
    no_list: 'This stands in no list; try the headline of an article.',
    outside: 'This stands in no article of the list; choose “an article” first, or click inside one.',
    no_rule: 'No short selector finds this place first in each article.',
    selector: 'A selector is no CSS',
  },
  picked: (label) => `Chosen: ${label}.`,
};

/** The words of a language. */
export const buildWords = (lang: Lang): BuildWords => (lang === 'en' ? en : vi);
