// Stories and editions for tests of publishing: plausible by default, any part of them to be replaced.
import type { Media, Publisher, Rights } from '../src/domain.ts';
import type { DocumentOptions } from '../src/edition/document.ts';
import { ownPolicy } from '../src/edition/rights-terms.ts';
import { noAgreement } from '../src/store/agreement.ts';
import type { ListedStory } from '../src/store/story.ts';

export const now = new Date('2026-11-22T13:00:00.250Z');
export const options: DocumentOptions = { publicUrl: 'https://tin.example.vn', now, policy: ownPolicy };
export const edition = { path: 'tin-moi', title: 'Tin mới', changedAt: new Date('2026-11-22T12:00:00Z') };

export function makeRights(part: Partial<Rights> = {}): Rights {
  return { show: 'full', excerptChars: 300, images: true, ...part };
}

export function makePublisher(part: Partial<Publisher> = {}): Publisher {
  return {
    id: 7,
    slug: 'bao-song-xanh',
    name: 'Báo Sông Xanh',
    siteUrl: 'https://songxanh.example.vn/',
    province: '14',
    zone: 'Asia/Ho_Chi_Minh',
    rights: makeRights(),
    agreement: noAgreement,
    isSample: false,
    ...part,
  };
}

export function makeMedia(part: Partial<Media> = {}): Media {
  return {
    url: 'https://songxanh.example.vn/anh/cau-moi.jpg',
    type: 'image/jpeg',
    medium: 'image',
    length: 48_213,
    width: 800,
    height: 533,
    title: 'Cây cầu mới bắc qua suối',
    credit: 'Ảnh: Lò Thị Mai',
    ...part,
  };
}

export function makeStory(id: number, part: Partial<ListedStory> = {}): ListedStory {
  const at = new Date(Date.parse('2026-11-22T01:30:00.417Z') + id * 60_000);
  return {
    id,
    uid: `0190f1c2-7a6b-4c3d-8e9f-${String(id).padStart(12, '0')}`,
    status: 'live',
    title: `Khánh thành cây cầu số ${id} ở bản vùng cao`,
    summary: `Sau tám tháng thi công, cây cầu số ${id} nối hai bờ suối đã được đưa vào sử dụng.`,
    province: '14',
    section: 'xa-hoi',
    image: makeMedia(),
    firstAt: at,
    listedAt: at,
    changedAt: at,
    publisherId: 7,
    leadEntryId: id,
    url: `https://songxanh.example.vn/tin/${id}.html?chuyên=mục`,
    bodyHtml:
      '<p>Sáng nay, bà con hai bản đã đi chung một cây cầu.</p><figure><img src="https://songxanh.example.vn/anh/khac.jpg" alt="Ngày hội"><figcaption>Ngày hội của bản</figcaption></figure>',
    authors: ['Lò Thị Mai'],
    categories: ['Xã hội', 'Giao thông'],
    media: [makeMedia()],
    publishedAt: at,
    isDateGuess: false,
    updatedAt: null,
    seenAt: at,
    publisher: makePublisher(),
    others: [
      {
        publisherName: 'Báo Núi Cao',
        url: `https://nuicao.example.vn/${id}`,
        publishedAt: new Date(at.getTime() + 1_800_000),
      },
    ],
    ...part,
  };
}
