// A place on a page → is it where the news stands, or a menu, a "most read" box or the page's foot. Pure.
import { type AnyNode, type Element, parentOf, textOf } from './kinds/dom.ts';

const aside =
  /side-?bar|(?:^|[-_ ])(?:aside|right|sub|widget|related|relate|lienquan|lien-quan|tinlienquan|most|mostread|popular|docnhieu|doc-nhieu|xemnhieu|xem-nhieu|top-?view|hot-?read|trending|footer|foot|menu|nav|navbar|breadcrumbs?|topbar|quang-?cao|banner|ads?|advert|video|gallery|album|weather|poll|weblink|lienket|link-web|ticker|marquee)(?:$|[-_ ])/i;
const minor =
  /(?:đọc|xem|quan tâm|bình luận|thích) (?:nhiều|nhất)|nhiều người (?:đọc|xem)|liên quan|quảng cáo|liên kết|thăm dò|video|thư viện ảnh|ảnh đẹp|podcast|văn bản|thông báo|lịch (?:công tác|tiếp)|thời tiết|tỷ giá|chuyên trang|most read|popular|related/i;
const major = /tin mới|mới nhất|tin tức|thời sự|mới cập nhật|latest|tin bài/i;

const isHeadingLike = (element: Element) =>
  /^h[1-6]$/.test(element.name) ||
  /(?:^|[-_ ])(?:title|head|header|heading|caption|tit|label|box-?title|cate|tieude|tieu-de|nametab)/i.test(
    `${element.attribs['class'] ?? ''} ${element.attribs['id'] ?? ''}`,
  );

// The words that stand right before an element: its list's own heading, if it has one.
function headingBefore(element: Element): string | null {
  let looked = 0;
  for (let at: AnyNode | null = element.prev; at !== null && looked < 6; at = at.prev) {
    if (!('children' in at)) continue;
    looked++;
    const text = textOf(at, 120);
    if (text === '') continue;
    if (text.length <= 60 && 'name' in at && (isHeadingLike(at) || text.length <= 30)) return text;
    return null;
  }
  return null;
}

/** What a list's place says: `score` from -40 (a menu, a foot, "Đọc nhiều") to 12 ("Tin mới" in the middle), and its heading. */
export function placeOf(element: Element): { score: number; heading: string | null } {
  let score = 0;
  let heading: string | null = null;
  let steps = 0;
  for (let at: Element | null = element; at !== null && !/^(?:body|html)$/.test(at.name); at = parentOf(at), steps++) {
    if (/^(?:aside|nav|footer|marquee)$/.test(at.name)) score -= 20;
    const said = `${at.attribs['class'] ?? ''} ${at.attribs['id'] ?? ''} ${at.attribs['role'] ?? ''}`;
    if (aside.test(said.replace(/([a-z])([A-Z])/g, '$1-$2'))) score -= 12;
    if (
      at.name === 'main' ||
      /(?:^|[-_ ])(?:main|content|center|list-?news|news-?list|listing|tin-?tuc|category|cate-?list)/i.test(said)
    )
      score += 3;
    if (heading === null && steps < 7) heading = headingBefore(at);
  }
  if (heading !== null && minor.test(heading)) score -= 25;
  else if (heading !== null && major.test(heading)) score += 6;
  return { score: Math.max(-40, Math.min(12, score)), heading };
}
