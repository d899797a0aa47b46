// An article's plain text → the words that are the article's own: bylines, source lines, captions and page furniture taken away.

const agency =
  '(?:TTXVN|Vietnam\\+|VietnamPlus|TTXVN/Vietnam\\+|TTXVN/VIETNAM\\+|TNO|TTO|VOV|VOV\\.VN|Chinhphu\\.vn|NLĐO|PLO|CTV|PV|TH)';

// A whole line that is not the article's: who wrote it, where it comes from, what hangs around it on the page.
const furnitureLine = new RegExp(
  [
    '^[(\\[]?(?:bài và ảnh|ảnh|clip|video|đồ họa|nguồn)(?: [^.:]{0,40})?:',
    '^[(\\[]?ảnh minh h(?:ọa|oạ)[.)\\]]*$',
    '^[^.!?]{0,120}[.:)] ?\\(?ảnh(?: minh h(?:ọa|oạ)| tư liệu)?[: ][^.]{0,60}\\)?\\.?$',
    '^\\(?theo [^.!?,;:]{2,40}(?:\\.(?:vn|com|net))?\\)?\\.?$',
    `^(?:[\\p{L} .-]{0,40}[(/ -] ?)?${agency}\\)?\\.?$`,
    '^cập nhật (?:lúc|ngày|mới)[^.]{0,20}',
    '^(?:chia sẻ|gửi bình luận|bình luận|lưu bài viết|bạn có thể xem lại bài|in bài|gửi email|thích|theo dõi|xem thêm|đọc thêm|mời (?:quý )?(?:bạn|độc giả)|từ khóa|tags?:)',
  ].join('|'),
  'iu',
);

const boxHeading =
  /^(?:tin|bài|các tin|các bài)(?: viết)? (?:liên quan|khác|cùng chuyên mục|đọc nhiều|mới nhất|nổi bật)\s*:?$/iu;
const bullet = /^(?:[-•*–+>»]|\d{1,2}[.)]) ?/;

// "(VOV) - ", "TTO – ", "BSL - ", "Dân Việt - ", "(HQ Online)-" before the first word of an article.
const dateline =
  /^\s*(?:\([^()]{2,24}\)|[\p{Lu}\p{N}][\p{Lu}\p{N}Đđ&.+]{1,9}|[\p{Lu}]\p{L}+(?: \p{Lu}\p{L}+)?(?:\.vn)?)\s*[-–—]\s*(?=\p{L}|["“(])/u;
const savedBox = /^Lưu bài viết thành công Bạn có thể xem lại bài viết đã lưu ở trang Tin bài đã lưu\s*/u;
const titleLabel =
  /^\s*(?:[[(][^\])]{2,20}[\])]|(?:tin mới|tin nóng|nóng|mới nhất|mới|cập nhật|trực tiếp|video|clip|ảnh|infographics?|chùm ảnh|e-?magazine|podcast|longform|độc quyền|tiếp tục cập nhật)\s*[:|–-])\s*/iu;

const longestFurniture = 160;

/**
 * The article's own lines of `text` (plain text, one block a line), joined by line breaks. Lines longer than 160 characters are never
 * taken for furniture, except inside a box of other stories ("Tin liên quan" and its bullets).
 */
export function withoutFurniture(text: string): string {
  let isBox = false;
  const kept: string[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line === '') continue;
    if (line.length <= longestFurniture) {
      if (boxHeading.test(line)) {
        isBox = true;
        continue;
      }
      if (isBox && bullet.test(line)) continue;
      if (furnitureLine.test(line)) continue;
    }
    isBox = false;
    kept.push(line);
  }
  return kept.join('\n');
}

/** A lead without what a page or a desk put before its first word: "(TTXVN) - ", "TTO – ". */
export function withoutDateline(lead: string): string {
  return lead.replace(savedBox, '').replace(dateline, '');
}

/** A title without the labels of a desk: "Tin mới: ", "[Cập nhật] ", "Video: ". */
export function withoutLabel(title: string): string {
  return title.replace(titleLabel, '');
}
