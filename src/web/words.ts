// Every word that pages say, Vietnamese first and English second: one object a language, same keys.

/** The languages of pages. */
export type Lang = 'vi' | 'en';

/** What a page may say. Functions take what stands inside the sentence. */
export type Words = typeof vi;

const vi = {
  htmlLang: 'vi',
  site: 'Tin Tỉnh',
  motto: 'Tin từ báo chí các tỉnh, thành phố, mỗi tin một lần',
  skip: 'Đến nội dung chính',
  latest: 'Tin mới',
  latestOf: (name: string) => `Tin mới ${name}`,
  latestDescription: 'Tin mới từ báo của các tỉnh, thành phố, gộp tin trùng và ghi rõ nguồn.',
  descriptionOf: (name: string) => `Tin mới nhất về ${name} từ báo chí địa phương, ghi rõ nguồn và giờ đăng.`,
  paperDescription: (name: string) => `Tin mới nhất của ${name}, có liên kết tới bài gốc.`,
  older: 'Cũ hơn',
  newest: 'Về tin mới nhất',
  olderThan: (time: string) => `Tin trước ${time}`,
  sections: 'Chuyên mục',
  provinces: 'Tỉnh, thành phố',
  provincesShort: 'Tỉnh thành',
  papers: 'Báo',
  province: 'Tỉnh, thành phố',
  section: 'Chuyên mục',
  paper: 'Báo',
  paperSite: 'Trang của báo',
  feeds: 'Nguồn cấp',
  embed: 'Nhúng vào trang của bạn',
  follow: 'Theo dõi',
  feedsTitle: 'Nguồn cấp tin (RSS, Atom, JSON Feed)',
  feedsLead:
    'Dán một địa chỉ dưới đây vào trình đọc tin để nhận tin mới ngay khi có. Mỗi nguồn cấp có ba định dạng với nội dung như nhau.',
  feedsOpml: 'Tải tất cả các nguồn cấp trong một tệp OPML',
  feedsGeneral: 'Chung',
  feedsSaved: 'Kết hợp và tìm kiếm đã lưu',
  feedsEmpty: 'Chưa có nguồn cấp nào. Nguồn cấp xuất hiện khi tin đầu tiên về.',
  by: (paper: string) => `Theo ${paper}`,
  original: 'Đọc bài gốc',
  readAt: (paper: string) => `Đọc trọn bài tại ${paper}`,
  photo: 'Ảnh',
  alsoIn: 'Báo khác cũng đăng',
  related: 'Tin liên quan',
  why: 'Vì sao?',
  whyRelated: (title: string) => `Vì sao có tin “${title}” ở đây?`,
  alsoCount: (count: number) => `và ${count} báo khác`,
  correction: 'Đính chính',
  guess: 'Báo không ghi giờ đăng; đây là lúc chúng tôi thấy bài lần đầu.',
  updated: (time: string) => `Cập nhật ${time}`,
  authors: 'Tác giả',
  sample: 'Toà soạn thử (mẫu)',
  sampleShort: 'Mẫu',
  sampleLong: 'Tin của các tờ báo tưởng tượng, để xem chương trình chạy; không phải tin thật.',
  sampleOff: 'Gỡ hết bằng lệnh',
  emptyTitle: 'Chưa có tin',
  emptyReading: 'Chưa có tin nào ở đây. Các nguồn đang được đọc; xin quay lại sau ít phút.',
  emptyNoSources: 'Chưa có nguồn nào được thêm. Thêm một tờ báo bằng lệnh sau, tin sẽ về trong vòng một phút:',
  emptyImport: 'Hoặc nạp danh sách báo tỉnh có sẵn:',
  emptyOlder: 'Không còn tin cũ hơn.',
  footer: 'Mỗi tin ghi rõ báo đăng, giờ đăng và liên kết tới bài gốc. Bản quyền thuộc về các báo.',
  otherLanguage: 'English',
  home: 'Trang đầu',
  backHome: 'Về trang Tin mới',
  withdrawnTitle: 'Tin đã được gỡ',
  withdrawn:
    'Tin này từng được đăng ở đây và nay đã gỡ theo yêu cầu hoặc theo quyết định của báo nguồn. Chúng tôi không giữ nội dung của tin trên trang.',
  retiredTitle: 'Nguồn cấp đã ngừng',
  retired: 'Nguồn cấp này không còn được xuất bản. Xin xoá nó khỏi trình đọc tin, hoặc chọn nguồn cấp khác.',
  notFoundTitle: 'Không tìm thấy trang',
  notFound: 'Địa chỉ này không có gì. Có thể liên kết đã cũ hoặc gõ thiếu.',
  methodTitle: 'Không làm được việc này',
  method: 'Trang này chỉ để đọc (GET hoặc HEAD).',
  errorTitle: 'Có lỗi',
  error: 'Chúng tôi gặp lỗi khi làm trang này. Lỗi đã được ghi lại; xin thử lại sau.',
  awayTitle: 'Tạm thời chưa phục vụ được',
  away: 'Kho tin đang bận hoặc tạm nghỉ. Xin thử lại sau vài giây.',
  renderingTitle: 'Nguồn cấp đang được làm',
  rendering: 'Nguồn cấp này đang được làm lần đầu. Xin thử lại sau vài giây.',
  badTitle: 'Yêu cầu không đúng',
  bad: 'Máy chủ không hiểu yêu cầu này.',
};

const en: Words = {
  htmlLang: 'en',
  site: 'Tin Tỉnh',
  motto: 'News from Vietnam’s provincial press, every story once',
  skip: 'Skip to content',
  latest: 'Latest news',
  latestOf: (name) => `Latest from ${name}`,
  latestDescription: 'The latest from the papers of Vietnam’s provinces: copies put together, sources named.',
  descriptionOf: (name) => `The latest on ${name} from the local press, with source and time.`,
  paperDescription: (name) => `The latest from ${name}, with links to the originals.`,
  older: 'Older',
  newest: 'Back to the newest',
  olderThan: (time) => `Before ${time}`,
  sections: 'Sections',
  provinces: 'Provinces and cities',
  provincesShort: 'Provinces',
  papers: 'Papers',
  province: 'Province',
  section: 'Section',
  paper: 'Paper',
  paperSite: 'The paper’s site',
  feeds: 'Feeds',
  embed: 'Embed',
  follow: 'Follow',
  feedsTitle: 'Feeds (RSS, Atom, JSON Feed)',
  feedsLead:
    'Paste one of these addresses into a feed reader and get news as it arrives. The three formats carry the same.',
  feedsOpml: 'Download all feeds as one OPML file',
  feedsGeneral: 'General',
  feedsSaved: 'Combined and saved searches',
  feedsEmpty: 'No feeds yet. They appear with the first story.',
  by: (paper) => `From ${paper}`,
  original: 'Read the original',
  readAt: (paper) => `Read it in full at ${paper}`,
  photo: 'Photo',
  alsoIn: 'Also carried by',
  related: 'Related stories',
  why: 'Why?',
  whyRelated: (title) => `Why is “${title}” here?`,
  alsoCount: (count) => `and ${count} more`,
  correction: 'Correction',
  guess: 'The paper gave no time; this is when we first saw the article.',
  updated: (time) => `Updated ${time}`,
  authors: 'By',
  sample: 'Trial newsroom (sample)',
  sampleShort: 'Sample',
  sampleLong: 'Stories of invented papers, so that you can see the program at work; not real news.',
  sampleOff: 'Remove them all with',
  emptyTitle: 'No news yet',
  emptyReading: 'Nothing here yet. Sources are being read; please come back in a few minutes.',
  emptyNoSources: 'No source has been added. Add a paper with this command and its news arrives within a minute:',
  emptyImport: 'Or import the list of provincial papers:',
  emptyOlder: 'Nothing older.',
  footer: 'Every story names its paper and time and links to the original. Copyright stays with the papers.',
  otherLanguage: 'Tiếng Việt',
  home: 'Front page',
  backHome: 'To the latest news',
  withdrawnTitle: 'Story withdrawn',
  withdrawn:
    'This story was published here and has been withdrawn at the request or by decision of its paper. We keep none of its text on the site.',
  retiredTitle: 'Feed retired',
  retired: 'This feed is no longer published. Please remove it from your reader or choose another.',
  notFoundTitle: 'Page not found',
  notFound: 'There is nothing at this address. The link may be old or incomplete.',
  methodTitle: 'Not possible here',
  method: 'This page can only be read (GET or HEAD).',
  errorTitle: 'Something went wrong',
  error: 'We failed to make this page. The error has been recorded; please try again later.',
  awayTitle: 'Not available right now',
  away: 'The news store is busy or resting. Please try again in a few seconds.',
  renderingTitle: 'The feed is being made',
  rendering: 'This feed is being made for the first time. Please try again in a few seconds.',
  badTitle: 'Bad request',
  bad: 'The server does not understand this request.',
};

/** The catalogue of a language. */
export function wordsOf(lang: Lang): Words {
  return lang === 'en' ? en : vi;
}

/** The language of a `lang` parameter; Vietnamese unless it says `en`. */
export function readLang(parameter: string | undefined): Lang {
  return parameter === 'en' ? 'en' : 'vi';
}

/** An address within the site in a language: a page's path or path and query. */
export function inLang(path: string, lang: Lang): string {
  if (lang === 'vi') return path;
  const hash = path.indexOf('#');
  const [head, tail] = hash === -1 ? [path, ''] : [path.slice(0, hash), path.slice(hash)];
  return `${head}${head.includes('?') ? '&' : '?'}lang=en${tail}`;
}
