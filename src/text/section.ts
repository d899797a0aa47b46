// Turns the labels that papers give their own articles into one of our sections.
import { fold } from './vietnamese.ts';

/** What a story is about, in the words of addresses (`slug`) and of readers. */
export type Section = { slug: string; name: string; nameEn: string };

const row = (slug: string, name: string, nameEn: string): Section => ({ slug, name, nameEn });

/** Our sections in the order in which they are shown. */
export const sections: readonly Section[] = [
  row('thoi-su', 'Thời sự', 'Current affairs'),
  row('kinh-te', 'Kinh tế', 'Economy'),
  row('xa-hoi', 'Xã hội', 'Society'),
  row('phap-luat', 'Pháp luật', 'Law'),
  row('quoc-phong-an-ninh', 'Quốc phòng - An ninh', 'Defence and security'),
  row('giao-duc', 'Giáo dục', 'Education'),
  row('suc-khoe', 'Sức khỏe', 'Health'),
  row('van-hoa', 'Văn hóa - Giải trí', 'Culture and entertainment'),
  row('the-thao', 'Thể thao', 'Sport'),
  row('du-lich', 'Du lịch', 'Travel'),
  row('moi-truong', 'Môi trường', 'Environment'),
  row('khoa-hoc-cong-nghe', 'Khoa học - Công nghệ', 'Science and technology'),
  row('doi-song', 'Đời sống', 'Life'),
  row('the-gioi', 'Thế giới', 'World'),
];

// Papers' labels, as a reader says them. One label stands under one section only.
const labels: Record<string, string> = {
  'thoi-su':
    'thời sự, chính trị, xây dựng đảng, xây dựng chính quyền, chính sách, quốc hội, hội đồng nhân dân, hđnd, mặt trận, đoàn thể, đảng và cuộc sống, ' +
    'nghị quyết, bầu cử, đại hội đảng, tin trong tỉnh, trong tỉnh, trong nước, tin trong nước, lãnh đạo, hoạt động của lãnh đạo, chỉ đạo điều hành, ' +
    'học tập và làm theo bác, học và làm theo bác, học tập và làm theo tấm gương đạo đức hồ chí minh, cải cách hành chính, thời luận, bình luận, xã luận, ' +
    'vấn đề hôm nay, sự kiện, tin nóng, politics, current affairs, dân vận, nội chính, nhân sự, đối nội, tin thời sự, thời sự tổng hợp, nhịp cầu bạn đọc chính trị, ' +
    'bảo vệ nền tảng tư tưởng của đảng, tuyên giáo, công tác đảng, diễn đàn',
  'kinh-te':
    'kinh tế, kinh doanh, tài chính, ngân hàng, chứng khoán, nông nghiệp, nông thôn, nông nghiệp nông thôn, nông thôn mới, xây dựng nông thôn mới, công nghiệp, ' +
    'công thương, công nghiệp thương mại, thương mại, dịch vụ, doanh nghiệp, doanh nhân, doanh nghiệp doanh nhân, thị trường, giá cả, giá vàng, bất động sản, nhà đất, ' +
    'đầu tư, xuất nhập khẩu, khuyến nông, thủy sản, lâm nghiệp, chăn nuôi, ocop, tiêu dùng, khởi nghiệp, giao thông, hạ tầng, xây dựng, quy hoạch, năng lượng, economy, business, ' +
    'kinh tế số, lao động sản xuất, hội nhập, thuế, hợp tác xã, kinh tế tập thể, logistics, kinh tế biển, thông tin doanh nghiệp, khu công nghiệp',
  'xa-hoi':
    'xã hội, dân sinh, lao động, việc làm, lao động việc làm, an sinh, an sinh xã hội, chính sách xã hội, dân tộc, dân tộc miền núi, dân tộc thiểu số, dân tộc tôn giáo, tôn giáo, từ thiện, ' +
    'nhân ái, tấm lòng vàng, người tốt việc tốt, gương sáng, giảm nghèo, bảo hiểm xã hội, người có công, giới trẻ, thanh niên, tuổi trẻ, trẻ em, phụ nữ, công đoàn, bạn đọc, phóng sự, ' +
    'ký sự, phóng sự ký sự, ghi chép, chuyện thường ngày, society, dân số, bình đẳng giới, biên giới, biển đảo, đất và người, chuyện lạ, vì người nghèo, đô thị, tin vắn',
  'phap-luat':
    'pháp luật, an ninh trật tự, trật tự an toàn xã hội, pháp đình, hình sự, vụ án, tòa án, bản tin pháp luật, an toàn giao thông, trật tự đô thị, tư vấn pháp luật, phòng chống tội phạm, ' +
    'phòng chống ma túy, pháp luật bạn đọc, chống tham nhũng, law, văn bản pháp luật, pháp luật đời sống, tin pháp luật, điều tra, phòng cháy chữa cháy, tai nạn giao thông, công an',
  'quoc-phong-an-ninh':
    'quốc phòng, an ninh, quốc phòng an ninh, an ninh quốc phòng, quân sự, quân đội, bộ đội biên phòng, biên phòng, bảo vệ chủ quyền, lực lượng vũ trang, quốc phòng toàn dân, defence',
  'giao-duc':
    'giáo dục, giáo dục đào tạo, giáo dục và đào tạo, tuyển sinh, học đường, khuyến học, du học, nhà trường, thi cử, tuyển sinh đào tạo, hướng nghiệp, education, gương hiếu học, dạy nghề, giáo dục nghề nghiệp',
  'suc-khoe':
    'sức khỏe, y tế, sức khỏe đời sống, y tế sức khỏe, làm đẹp, dinh dưỡng, bác sĩ, phòng bệnh, dịch bệnh, covid 19, thầy thuốc, vệ sinh an toàn thực phẩm, an toàn thực phẩm, bảo hiểm y tế, health, khỏe đẹp, tư vấn sức khỏe, giới tính',
  'van-hoa':
    'văn hóa, giải trí, văn nghệ, nghệ thuật, văn học, văn học nghệ thuật, âm nhạc, điện ảnh, phim, sân khấu, sao, showbiz, di sản, lễ hội, sáng tác, sách, thơ, truyện ngắn, hậu trường, ' +
    'thời trang, mỹ thuật, bảo tồn, văn hóa văn nghệ, văn hóa giải trí, văn hóa nghệ thuật, culture, entertainment, nhạc, tác giả tác phẩm, trang văn nghệ, bản sắc văn hóa, người nổi tiếng, truyền hình, đọc sách, lịch sử, văn hóa xã hội',
  'the-thao':
    'thể thao, bóng đá, thể dục thể thao, quần vợt, tennis, cầu lông, sea games, world cup, v league, bóng chuyền, sport, sports, thể thao trong nước, thể thao quốc tế, bóng đá việt nam, bóng đá quốc tế, marathon, võ thuật, các môn khác',
  'du-lich':
    'du lịch, khám phá, ẩm thực, điểm đến, du lịch khám phá, lữ hành, văn hóa du lịch, ẩm thực du lịch, danh lam thắng cảnh, du lịch ẩm thực, travel, đi đâu chơi đâu, món ngon, cẩm nang du lịch, tour',
  'moi-truong':
    'môi trường, tài nguyên, tài nguyên môi trường, thời tiết, khí hậu, biến đổi khí hậu, thiên tai, bão lũ, phòng chống thiên tai, dự báo thời tiết, rừng, bảo vệ rừng, nông nghiệp môi trường, environment, weather, môi trường đô thị',
  'khoa-hoc-cong-nghe':
    'khoa học, công nghệ, khoa học công nghệ, khoa học và công nghệ, số hóa, chuyển đổi số, công nghệ thông tin, công nghệ số, internet, điện thoại, thiết bị, viễn thông, ai, trí tuệ nhân tạo, sức mạnh số, ' +
    'khoa học kỹ thuật, khoa học đời sống, sáng tạo, đổi mới sáng tạo, technology, science, nhịp sống số, xe, ô tô, xe máy, ô tô xe máy, thế giới số, an ninh mạng, khoa giáo',
  'doi-song':
    'đời sống, gia đình, hôn nhân, tình yêu, tâm sự, nhịp sống, sống đẹp, nội trợ, mẹo vặt, cuộc sống quanh ta, làm cha mẹ, life, lifestyle, nhà đẹp, cuộc sống, hạnh phúc, tình yêu giới tính, phong thủy, tổ ấm, lối sống, chuyện đời, blog, thư giãn, cười, sống',
  'the-gioi':
    'thế giới, quốc tế, tin thế giới, tin quốc tế, chuyện bốn phương, việt nam và thế giới, người việt bốn phương, người việt 5 châu, asean, đối ngoại, ngoại giao, thời sự quốc tế, world, international, châu á, châu âu, châu mỹ, quân sự thế giới, bốn phương, phân tích quốc tế, người việt năm châu',
};

function key(label: string): string {
  return fold(label)
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}

const bySection = new Map(sections.map((s) => [s.slug, s]));
const byLabel = new Map<string, string>();
for (const section of sections) {
  byLabel.set(key(section.slug), section.slug);
  byLabel.set(key(section.nameEn), section.slug);
}
for (const [slug, list] of Object.entries(labels)) for (const label of list.split(', ')) byLabel.set(key(label), slug);

/** The section of the slug (`kinh-te`), or null. */
export function sectionBySlug(slug: string): Section | null {
  return bySection.get(slug) ?? null;
}

// Papers use the same few labels on every article.
const remembered = new Map<string, string | null>();
const maxRemembered = 2_000;

function sectionOfLabel(label: string): string | null {
  const known = remembered.get(label);
  if (known !== undefined) return known;
  const slug = understand(label);
  if (remembered.size >= maxRemembered) remembered.clear();
  remembered.set(label, slug);
  return slug;
}

function understand(label: string): string | null {
  const whole = key(label);
  const found = byLabel.get(whole);
  if (found !== undefined) return found;
  // "Thời sự - Chính trị", "Kinh tế > Thị trường", "Tin tức/Pháp luật": the part that is written last is the narrowest, but a
  // joined name ("Văn hóa - Thể thao") leads with what it is most about.
  const isPath = /[>»/\\|:]/.test(label);
  const parts = label.split(/[>»/\\|:,;&]|\s[-–—]\s|\s+và\s+/u).map(key);
  if (isPath) parts.reverse();
  for (const part of parts) {
    const slug = byLabel.get(part);
    if (slug !== undefined) return slug;
  }
  // "Kinh tế Sơn La", "Tin thể thao": the longest known label at the beginning, then after a leading "tin".
  const words = whole
    .replace(/^(?:tin tuc|tin|chuyen muc|chuyen trang|muc|ban tin)\s+/, '')
    .split(' ')
    .slice(0, 6);
  for (let n = words.length; n >= 1; n--) {
    const head = words.slice(0, n).join(' ');
    if (n === 1 && head.length < 6) break;
    const slug = byLabel.get(head);
    if (slug !== undefined) return slug;
  }
  return null;
}

/**
 * The slug of the section that a publisher's own labels mean, or null when none fits. The first label that is understood
 * decides, as papers put the main one first; case, tone marks and joining signs do not matter. At most 20 labels are read.
 */
export function sectionOf(categories: readonly string[]): string | null {
  for (const label of categories.slice(0, 20)) {
    if (label.length > 120) continue;
    const slug = sectionOfLabel(label);
    if (slug !== null) return slug;
  }
  return null;
}
