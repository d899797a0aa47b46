// The history of papers' domains and the shapes of their article addresses, as data.

/** Domains that a paper gave up → its domain today: the same archive under the same paths and ids. */
export const renamedDomains: ReadonlyMap<string, string> = new Map([
  ['baosonla.org.vn', 'baosonla.vn'],
  ['baodientusonla.com.vn', 'baosonla.vn'],
  ['baodienbienphu.com.vn', 'baodienbienphu.vn'],
  ['baoquangninh.com.vn', 'baoquangninh.vn'],
  ['baobacninh.com.vn', 'baobacninhtv.vn'],
  ['baohaiphong.com.vn', 'baohaiphong.vn'],
  ['baothuathienhue.vn', 'huengaynay.vn'],
  ['baodongkhoi.vn', 'dongkhoi.baovinhlong.vn'],
  ['baotravinh.vn', 'travinh.baovinhlong.vn'],
  ['baocamau.com.vn', 'baocamau.vn'],
]);

/**
 * Domains of papers that were merged into another on 1 July 2025 → that paper's domain. Old and new articles have ids of different
 * systems, so only a full path may be taken for the same article. Domains that still answer by themselves are not here.
 */
export const mergedDomains: ReadonlyMap<string, string> = new Map([
  ['baohagiang.vn', 'baotuyenquang.com.vn'],
  ['baoyenbai.com.vn', 'baolaocai.vn'],
  ['baobackan.org.vn', 'baothainguyen.vn'],
  ['baobacgiang.com.vn', 'baobacninhtv.vn'],
  ['baovinhphuc.com.vn', 'baophutho.vn'],
  ['baohoabinh.com.vn', 'baophutho.vn'],
  ['baohaiduong.vn', 'baohaiphong.vn'],
  ['baothaibinh.com.vn', 'baohungyen.vn'],
  ['baohanam.com.vn', 'baoninhbinh.org.vn'],
  ['baonamdinh.com.vn', 'baoninhbinh.org.vn'],
  ['baoquangbinh.vn', 'baoquangtri.vn'],
  ['baoquangnam.vn', 'baodanang.vn'],
  ['baokontum.com.vn', 'baoquangngai.vn'],
  ['baobinhdinh.vn', 'baogialai.com.vn'],
  ['baoninhthuan.com.vn', 'baokhanhhoa.vn'],
  ['baophuyen.com.vn', 'baodaklak.vn'],
  ['baodaknong.vn', 'baolamdong.vn'],
  ['baobinhthuan.com.vn', 'baolamdong.vn'],
  ['baobinhphuoc.com.vn', 'baodongnai.com.vn'],
  ['baobariavungtau.com.vn', 'sggp.org.vn'],
  ['baolongan.vn', 'baotayninh.vn'],
  ['baoapbac.vn', 'baodongthap.vn'],
  ['baokiengiang.vn', 'baoangiang.com.vn'],
  ['baosoctrang.org.vn', 'baocantho.com.vn'],
  ['baobaclieu.vn', 'baocamau.vn'],
]);

const number = /-(\d{5,20})(?:\.html?)?$/;
const post = /-(post\d{4,12})(?:\.html?)?$/;
const letterA = /-(a\d{4,12})(?:\.html?)?$/;

/**
 * Papers whose last path segment ends in an article id that is unique on the whole site, whatever slug or section stands before it:
 * a headline edited after publication changes the slug and not the article.
 */
export const articleIds: ReadonlyMap<string, RegExp> = new Map([
  ['baolaocai.vn', post],
  ['baohatinh.vn', post],
  ['baogialai.com.vn', post],
  ['sggp.org.vn', post],
  ['baobacninhtv.vn', /-(postid\d{4,12})\.bbg$/],
  ['baotayninh.vn', letterA],
  ['baodongthap.vn', letterA],
  ['baovinhlong.com.vn', letterA],
  ['dongkhoi.baovinhlong.vn', letterA],
  ['travinh.baovinhlong.vn', letterA],
  ['baocantho.com.vn', letterA],
  ['baobinhduong.vn', letterA],
  ['baohaugiang.com.vn', letterA],
  ['hanoimoi.vn', number],
  ['baocaobang.vn', number],
  ['baolangson.vn', number],
  ['baoquangninh.vn', number],
  ['baohaiphong.vn', number],
  ['baohungyen.vn', number],
  ['baothanhhoa.vn', number],
  ['baonghean.vn', number],
  ['baodanang.vn', number],
  ['baoquangngai.vn', number],
  ['vnexpress.net', /-(\d{6,8})(?:\.html)?$/],
  ['vietnamnet.vn', /-(\d{5,8})(?:\.html)?$/],
  ['dantri.com.vn', /-(\d{14,20})(?:\.html?)?$/],
  ['thanhnien.vn', /-(\d{14,20})(?:\.html?)?$/],
  ['tuoitre.vn', /-(\d{14,20})(?:\.html?)?$/],
]);

/** Hosts of retired sections whose articles are now on the main host under the same id. */
export const retiredHosts: ReadonlyMap<string, string> = new Map(
  [
    'kinhdoanh',
    'giaitri',
    'thethao',
    'dulich',
    'suckhoe',
    'giadinh',
    'doisong',
    'sohoa',
    'phapluat',
    'thegioi',
    'giaoduc',
    'khoahoc',
  ].map((name) => [`${name}.vnexpress.net`, 'vnexpress.net']),
);
