// Why two stories are related, as it is stored → as a reader is told it.

const words: Readonly<Record<string, { vi: string; en: string }>> = {
  event: { vi: 'cùng sự kiện', en: 'same event' },
  next: { vi: 'diễn biến tiếp theo', en: 'what happened next' },
  before: { vi: 'diễn biến trước đó', en: 'what happened before' },
  series: { vi: 'cùng loạt tin', en: 'another of the series' },
  person: { vi: 'cùng nhân vật', en: 'same person' },
  name: { vi: 'cùng nhắc đến', en: 'also mentions' },
  place: { vi: 'cùng địa phương', en: 'same place' },
  topic: { vi: 'cùng chủ đề', en: 'same topic' },
  pick: { vi: 'biên tập viên chọn', en: 'chosen by an editor' },
};
const topic = { vi: 'cùng chủ đề', en: 'same topic' };

/** The reason in words, `cùng địa phương: Mộc Châu`; `kind` and `subject` as the table `related` has them, a kind unknown here is a topic. */
export function reasonText(reason: { kind: string; subject: string | null }, language: 'vi' | 'en' = 'vi'): string {
  const word = (words[reason.kind] ?? topic)[language];
  return reason.subject === null ? word : `${word}: ${reason.subject}`;
}
