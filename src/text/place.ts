// Turns a name of a Vietnamese province, of today or of before July 2025, into today's province.
import { fold } from './vietnamese.ts';

/** One of the 34 provinces and centrally run cities since 1 July 2025. */
export type Province = {
  /** Official two-digit code, `14`. */
  code: string;
  /** ASCII name in addresses, `son-la`. */
  slug: string;
  name: string;
  nameEn: string;
  /** Provinces that became part of it on 1 July 2025, its own former self left out. */
  formerNames: readonly string[];
};

const row = (code: string, slug: string, name: string, nameEn: string, ...formerNames: string[]): Province => ({
  code,
  slug,
  name,
  nameEn,
  formerNames,
});

/** The 34 provinces in the order of their official codes (Resolution 202/2025/QH15). */
export const provinces: readonly Province[] = [
  row('01', 'ha-noi', 'Hà Nội', 'Hanoi'),
  row('04', 'cao-bang', 'Cao Bằng', 'Cao Bang'),
  row('08', 'tuyen-quang', 'Tuyên Quang', 'Tuyen Quang', 'Hà Giang'),
  row('11', 'dien-bien', 'Điện Biên', 'Dien Bien'),
  row('12', 'lai-chau', 'Lai Châu', 'Lai Chau'),
  row('14', 'son-la', 'Sơn La', 'Son La'),
  row('15', 'lao-cai', 'Lào Cai', 'Lao Cai', 'Yên Bái'),
  row('19', 'thai-nguyen', 'Thái Nguyên', 'Thai Nguyen', 'Bắc Kạn'),
  row('20', 'lang-son', 'Lạng Sơn', 'Lang Son'),
  row('22', 'quang-ninh', 'Quảng Ninh', 'Quang Ninh'),
  row('24', 'bac-ninh', 'Bắc Ninh', 'Bac Ninh', 'Bắc Giang'),
  row('25', 'phu-tho', 'Phú Thọ', 'Phu Tho', 'Vĩnh Phúc', 'Hòa Bình'),
  row('31', 'hai-phong', 'Hải Phòng', 'Hai Phong', 'Hải Dương'),
  row('33', 'hung-yen', 'Hưng Yên', 'Hung Yen', 'Thái Bình'),
  row('37', 'ninh-binh', 'Ninh Bình', 'Ninh Binh', 'Hà Nam', 'Nam Định'),
  row('38', 'thanh-hoa', 'Thanh Hóa', 'Thanh Hoa'),
  row('40', 'nghe-an', 'Nghệ An', 'Nghe An'),
  row('42', 'ha-tinh', 'Hà Tĩnh', 'Ha Tinh'),
  row('44', 'quang-tri', 'Quảng Trị', 'Quang Tri', 'Quảng Bình'),
  row('46', 'hue', 'Huế', 'Hue'),
  row('48', 'da-nang', 'Đà Nẵng', 'Da Nang', 'Quảng Nam'),
  row('51', 'quang-ngai', 'Quảng Ngãi', 'Quang Ngai', 'Kon Tum'),
  row('52', 'gia-lai', 'Gia Lai', 'Gia Lai', 'Bình Định'),
  row('56', 'khanh-hoa', 'Khánh Hòa', 'Khanh Hoa', 'Ninh Thuận'),
  row('66', 'dak-lak', 'Đắk Lắk', 'Dak Lak', 'Phú Yên'),
  row('68', 'lam-dong', 'Lâm Đồng', 'Lam Dong', 'Đắk Nông', 'Bình Thuận'),
  row('75', 'dong-nai', 'Đồng Nai', 'Dong Nai', 'Bình Phước'),
  row('79', 'ho-chi-minh', 'Hồ Chí Minh', 'Ho Chi Minh City', 'Bà Rịa - Vũng Tàu', 'Bình Dương'),
  row('80', 'tay-ninh', 'Tây Ninh', 'Tay Ninh', 'Long An'),
  row('82', 'dong-thap', 'Đồng Tháp', 'Dong Thap', 'Tiền Giang'),
  row('86', 'vinh-long', 'Vĩnh Long', 'Vinh Long', 'Bến Tre', 'Trà Vinh'),
  row('91', 'an-giang', 'An Giang', 'An Giang', 'Kiên Giang'),
  row('92', 'can-tho', 'Cần Thơ', 'Can Tho', 'Sóc Trăng', 'Hậu Giang'),
  row('96', 'ca-mau', 'Cà Mau', 'Ca Mau', 'Bạc Liêu'),
];

// Other names people write; folded like every key: letters and digits only.
const otherNames: Record<string, readonly string[]> = {
  '01': ['Hà Tây'],
  '46': ['Thừa Thiên Huế', 'Thừa Thiên', 'TT Huế'],
  '48': ['Quảng Nam Đà Nẵng'],
  '51': ['Kontum', 'Con Tum'],
  '52': ['Gia Rai'],
  '66': ['Đắc Lắc', 'Đăk Lăk', 'Đắc Lắk', 'Daklak'],
  '68': ['Đắc Nông', 'Đăk Nông', 'Daknong', 'Dak Nong'],
  '79': ['HCM', 'HCMC', 'TP HCM', 'Sài Gòn', 'Saigon', 'Vũng Tàu', 'Bà Rịa', 'BRVT', 'BR VT', 'Hochiminh City'],
  '19': ['Bắc Cạn'],
};

function key(name: string): string {
  return fold(name).replace(/[^a-z0-9]+/g, '');
}

const byCode = new Map<string, Province>();
const bySlug = new Map<string, Province>();
const byName = new Map<string, Province>();
for (const province of provinces) {
  byCode.set(province.code, province);
  bySlug.set(province.slug, province);
  for (const name of [
    province.name,
    province.nameEn,
    province.slug,
    ...province.formerNames,
    ...(otherNames[province.code] ?? []),
  ])
    byName.set(key(name), province);
}

/** Today's province of the official code (`14` → Sơn La), or null. */
export function provinceByCode(code: string): Province | null {
  return byCode.get(code) ?? null;
}

/** Today's province of the name in addresses (`son-la`), or null. Former provinces have no address. */
export function provinceBySlug(slug: string): Province | null {
  return bySlug.get(slug) ?? null;
}

const title = /^(?:tinh|thanhpho|tp|tinhuy|province|cityof|provinceof|thudo|codo)/;

/**
 * Today's province of any name it goes or went by, or null: `Tỉnh Hà Giang`, `TP.HCM`, `sai gon`, `Đắc Lắc`. The whole of
 * `name` must be the name (a title before it, "city" or "province" after it may stand); marks, case, spaces and dots do not matter.
 */
export function provinceByName(name: string): Province | null {
  if (name.length > 80) return null;
  const whole = key(name);
  const found = byName.get(whole);
  if (found !== undefined) return found;
  const bare = whole.replace(title, '').replace(/(?:city|province)$/, '');
  return byName.get(bare) ?? null;
}
