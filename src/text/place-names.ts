// Names below the province, as headlines still use them → the code of today's province. Data only.

/**
 * Former districts, towns and cities (there is no district level since 1 July 2025), and a few well-known spots, by code of
 * today's province. `*` marks a name that is also a person, a common word, a street or a place abroad: it counts only in
 * company (see place-find.ts). A name that stands under several provinces is told apart by company as well.
 */
export const districts: Readonly<Record<string, string>> = {
  '01':
    'Ba Đình*, Hoàn Kiếm, Tây Hồ*, Long Biên, Cầu Giấy, Đống Đa*, Hai Bà Trưng*, Hoàng Mai*, Thanh Xuân*, Hà Đông, Bắc Từ Liêm, Nam Từ Liêm, ' +
    'Từ Liêm, Sóc Sơn, Đông Anh*, Gia Lâm, Thanh Trì, Mê Linh, Sơn Tây*, Ba Vì, Phúc Thọ*, Đan Phượng, Hoài Đức, Quốc Oai, Thạch Thất, ' +
    'Chương Mỹ, Thanh Oai, Thường Tín, Phú Xuyên, Ứng Hòa, Mỹ Đức*',
  '04':
    'Bảo Lâm*, Bảo Lạc, Hà Quảng, Trùng Khánh*, Hạ Lang, Quảng Hòa*, Hòa An*, Nguyên Bình*, Thạch An*, Thông Nông, Trà Lĩnh, Phục Hòa, ' +
    'Quảng Uyên, Bản Giốc, Pác Bó',
  '08':
    'Lâm Bình*, Na Hang, Chiêm Hóa, Hàm Yên, Yên Sơn*, Sơn Dương*, Đồng Văn, Mèo Vạc, Yên Minh*, Quản Bạ, Vị Xuyên, Bắc Mê, Hoàng Su Phì, ' +
    'Xín Mần, Bắc Quang*, Quang Bình*, Lũng Cú',
  '11': 'Điện Biên Phủ*, Mường Lay, Mường Nhé, Mường Chà, Tủa Chùa, Tuần Giáo, Điện Biên Đông, Mường Ảng, Nậm Pồ',
  '12': 'Tam Đường, Mường Tè, Sìn Hồ, Phong Thổ, Than Uyên, Tân Uyên*, Nậm Nhùn',
  '14': 'Mộc Châu, Vân Hồ*, Yên Châu, Mai Sơn*, Mường La, Quỳnh Nhai, Thuận Châu, Sông Mã*, Sốp Cộp, Phù Yên, Bắc Yên',
  '15':
    'Sa Pa, Sapa, Bát Xát, Mường Khương, Si Ma Cai, Bắc Hà*, Bảo Thắng*, Bảo Yên*, Văn Bàn, Nghĩa Lộ, Lục Yên, Văn Yên*, Mù Cang Chải, ' +
    'Trấn Yên, Trạm Tấu, Văn Chấn, Yên Bình*',
  '19':
    'Sông Công, Phổ Yên, Định Hóa, Phú Lương, Đồng Hỷ, Võ Nhai, Đại Từ, Phú Bình*, Pác Nặm, Ba Bể, Ngân Sơn*, Bạch Thông, Chợ Đồn, ' +
    'Chợ Mới*, Na Rì',
  '20': 'Tràng Định, Bình Gia*, Văn Lãng, Cao Lộc*, Văn Quan*, Bắc Sơn*, Hữu Lũng, Chi Lăng*, Lộc Bình*, Đình Lập, Đồng Đăng',
  '22':
    'Hạ Long, Móng Cái, Cẩm Phả, Uông Bí, Đông Triều, Quảng Yên, Bình Liêu, Tiên Yên, Đầm Hà, Hải Hà*, Ba Chẽ, Vân Đồn, Cô Tô, Hoành Bồ, ' +
    'Yên Tử, Trà Cổ',
  '24':
    'Từ Sơn, Thuận Thành, Quế Võ, Yên Phong*, Tiên Du, Gia Bình*, Lương Tài*, Việt Yên, Chũ*, Yên Thế, Lục Ngạn, Sơn Động, Lục Nam*, ' +
    'Tân Yên, Hiệp Hòa*, Lạng Giang, Yên Dũng',
  '25':
    'Việt Trì, Đoan Hùng, Hạ Hòa*, Thanh Ba*, Phù Ninh*, Yên Lập*, Cẩm Khê, Tam Nông*, Lâm Thao, Thanh Sơn*, Thanh Thủy*, Tân Sơn*, ' +
    'Vĩnh Yên, Phúc Yên, Lập Thạch, Tam Dương, Tam Đảo, Bình Xuyên, Yên Lạc*, Vĩnh Tường*, Sông Lô*, Đà Bắc, Lương Sơn*, Kim Bôi, ' +
    'Cao Phong*, Tân Lạc, Mai Châu, Lạc Sơn, Yên Thủy*, Lạc Thủy, Kỳ Sơn*',
  '31':
    'Hồng Bàng*, Ngô Quyền*, Lê Chân*, Hải An*, Kiến An, Đồ Sơn, Dương Kinh, Thủy Nguyên, An Dương*, An Lão*, Kiến Thụy, Tiên Lãng, ' +
    'Vĩnh Bảo, Cát Hải, Bạch Long Vĩ, Cát Bà, Chí Linh, Kinh Môn, Nam Sách, Thanh Hà*, Cẩm Giàng, Bình Giang*, Gia Lộc*, Tứ Kỳ, ' +
    'Ninh Giang, Thanh Miện, Kim Thành*',
  '33':
    'Mỹ Hào, Văn Lâm*, Văn Giang*, Yên Mỹ, Khoái Châu, Ân Thi, Kim Động, Tiên Lữ, Phù Cừ, Quỳnh Phụ, Hưng Hà*, Đông Hưng*, Thái Thụy, ' +
    'Tiền Hải, Kiến Xương, Vũ Thư*',
  '37':
    'Tam Điệp, Nho Quan, Gia Viễn, Hoa Lư, Yên Khánh*, Kim Sơn*, Yên Mô, Phủ Lý, Duy Tiên, Kim Bảng, Thanh Liêm*, Bình Lục, Lý Nhân*, ' +
    'Mỹ Lộc*, Vụ Bản, Ý Yên, Nghĩa Hưng*, Nam Trực, Trực Ninh, Xuân Trường*, Giao Thủy, Hải Hậu, Tràng An*, Bái Đính',
  '38':
    'Sầm Sơn, Bỉm Sơn, Nghi Sơn, Mường Lát, Quan Hóa, Bá Thước, Quan Sơn*, Lang Chánh, Ngọc Lặc, Cẩm Thủy, Thạch Thành*, Hà Trung*, ' +
    'Vĩnh Lộc*, Yên Định*, Thọ Xuân, Thường Xuân, Triệu Sơn, Thiệu Hóa, Hoằng Hóa, Hậu Lộc, Nga Sơn, Như Xuân, Như Thanh*, Nông Cống, ' +
    'Đông Sơn*, Quảng Xương, Tĩnh Gia, Pù Luông',
  '40':
    'Vinh*, Cửa Lò, Thái Hòa*, Hoàng Mai*, Quế Phong*, Quỳ Châu, Kỳ Sơn*, Tương Dương*, Nghĩa Đàn, Quỳ Hợp, Quỳnh Lưu, Con Cuông, Tân Kỳ, ' +
    'Anh Sơn*, Diễn Châu, Yên Thành*, Đô Lương, Thanh Chương, Nghi Lộc, Nam Đàn, Hưng Nguyên*, xứ Nghệ',
  '42': 'Hồng Lĩnh, Kỳ Anh*, Hương Sơn*, Đức Thọ*, Vũ Quang*, Nghi Xuân, Can Lộc, Hương Khê, Thạch Hà*, Cẩm Xuyên, Lộc Hà, Vũng Áng',
  '44':
    'Đông Hà*, Vĩnh Linh, Hướng Hóa, Gio Linh, Đakrông, Đắk Rông, Cam Lộ, Triệu Phong, Hải Lăng, Cồn Cỏ, Đồng Hới, Ba Đồn, Minh Hóa*, ' +
    'Tuyên Hóa, Quảng Trạch, Bố Trạch, huyện Quảng Ninh, Lệ Thủy, Phong Nha, Khe Sanh, Lao Bảo',
  '46': 'Hương Thủy, Hương Trà, Phong Điền*, Quảng Điền, Phú Vang, Phú Lộc*, Nam Đông, A Lưới, Phú Xuân*, Thuận Hóa*, Lăng Cô, Chân Mây',
  '48':
    'Liên Chiểu, Thanh Khê, Hải Châu*, Sơn Trà, Ngũ Hành Sơn, Cẩm Lệ, Hòa Vang, Hoàng Sa*, Tam Kỳ, Hội An, Tây Giang, Đông Giang*, ' +
    'Đại Lộc*, Điện Bàn, Duy Xuyên, Quế Sơn, Nam Giang*, Phước Sơn*, Hiệp Đức, Thăng Bình*, Tiên Phước, Bắc Trà My, Nam Trà My, ' +
    'Núi Thành, Phú Ninh*, Nông Sơn, Cù Lao Chàm, Bà Nà',
  '51':
    'Đức Phổ, Bình Sơn*, Trà Bồng, Sơn Tịnh, Tư Nghĩa, Sơn Hà*, Sơn Tây*, Minh Long*, Nghĩa Hành, Mộ Đức, Ba Tơ, Lý Sơn, Đắk Glei, ' +
    "Ngọc Hồi*, Đắk Tô, Kon Plông, Kon Rẫy, Đắk Hà, Sa Thầy, Tu Mơ Rông, Ia H'Drai, Măng Đen, Dung Quất, Sa Huỳnh",
  '52':
    'Pleiku, An Khê*, Ayun Pa, Kbang, Đắk Đoa, Chư Păh, Ia Grai, Mang Yang, Kông Chro, Đức Cơ, Chư Prông, Chư Sê, Đắk Pơ, Ia Pa, Krông Pa, ' +
    'Phú Thiện*, Chư Pưh, Quy Nhơn, An Nhơn, Hoài Nhơn, An Lão*, Hoài Ân, Phù Mỹ, Vĩnh Thạnh*, Tây Sơn*, Phù Cát, Tuy Phước, Vân Canh',
  '56':
    'Nha Trang, Cam Ranh, Ninh Hòa, Vạn Ninh, Cam Lâm, Khánh Vĩnh, Diên Khánh, Khánh Sơn*, Trường Sa*, Vân Phong, Phan Rang, ' +
    'Phan Rang - Tháp Chàm, Tháp Chàm, Bác Ái*, Ninh Sơn*, Ninh Hải*, Ninh Phước, Thuận Bắc*, Thuận Nam*',
  '66':
    "Buôn Ma Thuột, Buôn Mê Thuột, Buôn Hồ, Ea H'leo, Ea Súp, Buôn Đôn, Cư M'gar, Krông Búk, Krông Năng, Ea Kar, M'Đrắk, Krông Bông, " +
    'Krông Pắc, Krông Pắk, Krông Ana, Krông Bách, Lắk*, Cư Kuin, Tuy Hòa, Sông Cầu*, Đồng Xuân*, Tuy An, Sơn Hòa*, Sông Hinh, Tây Hòa*, ' +
    'Phú Hòa*, Đông Hòa*',
  '68':
    'Đà Lạt, Bảo Lộc, Đam Rông, Lạc Dương*, Lâm Hà*, Đơn Dương, Đức Trọng*, Di Linh, Bảo Lâm*, Đạ Huoai, Đạ Tẻh, Cát Tiên*, Gia Nghĩa, ' +
    "Đắk Glong, Cư Jút, Đắk Mil, Krông Nô, Đắk Song, Đắk R'lấp, Tuy Đức, Phan Thiết, La Gi, Tuy Phong, Bắc Bình*, Hàm Thuận Bắc, " +
    'Hàm Thuận Nam, Tánh Linh, Đức Linh*, Hàm Tân, Phú Quý*, Mũi Né',
  '75':
    'Biên Hòa, Long Khánh, Tân Phú*, Vĩnh Cửu*, Định Quán, Trảng Bom, Thống Nhất*, Cẩm Mỹ*, Long Thành, Xuân Lộc*, Nhơn Trạch, ' +
    'Phước Long*, Đồng Xoài, Bình Long, Bù Gia Mập, Lộc Ninh, Bù Đốp, Hớn Quản, Đồng Phú*, Bù Đăng, Chơn Thành, Phú Riềng',
  '79':
    'Thủ Đức, Củ Chi, Hóc Môn, Bình Chánh, Nhà Bè, Cần Giờ, Gò Vấp, Bình Thạnh*, Tân Bình*, Tân Phú*, Phú Nhuận, Bình Tân*, Thủ Thiêm, ' +
    'Thủ Dầu Một, Dĩ An, Thuận An*, Bến Cát, Tân Uyên*, Bàu Bàng, Dầu Tiếng, Phú Giáo, Bắc Tân Uyên, Vũng Tàu, Bà Rịa, Phú Mỹ*, Châu Đức, ' +
    'Xuyên Mộc, Long Điền, Đất Đỏ*, Côn Đảo, Hồ Tràm, Sài Gòn, quận 1, quận 2, quận 3, quận 4, quận 5, quận 6, quận 7, quận 8, quận 9, ' +
    'quận 10, quận 11, quận 12',
  '80':
    'Trảng Bàng, Hòa Thành*, Tân Biên*, Tân Châu*, Dương Minh Châu*, Châu Thành*, Bến Cầu, Gò Dầu, Tân An*, Kiến Tường, Tân Hưng*, ' +
    'Vĩnh Hưng*, Mộc Hóa, Tân Thạnh*, Thạnh Hóa, Đức Huệ, Đức Hòa*, Bến Lức, Thủ Thừa, Tân Trụ, Cần Đước, Cần Giuộc, Mộc Bài, Xa Mát',
  '82':
    'Cao Lãnh, Sa Đéc, Hồng Ngự, Tân Hồng*, Tam Nông*, Tháp Mười*, Thanh Bình*, Lấp Vò, Lai Vung, Châu Thành*, Mỹ Tho, Gò Công, ' +
    'Gò Công Đông, Gò Công Tây, Cai Lậy, Tân Phước*, Cái Bè, Chợ Gạo, Tân Phú Đông',
  '86':
    'Bình Minh*, Long Hồ*, Mang Thít, Vũng Liêm, Tam Bình*, Trà Ôn, Bình Tân*, Châu Thành*, Chợ Lách, Mỏ Cày Nam, Mỏ Cày Bắc, Mỏ Cày, ' +
    'Giồng Trôm, Bình Đại*, Ba Tri, Thạnh Phú*, Duyên Hải*, Càng Long, Cầu Kè, Tiểu Cần, Cầu Ngang, Trà Cú',
  '91':
    'Long Xuyên, Châu Đốc, Tân Châu*, An Phú*, Tịnh Biên, Tri Tôn, Châu Phú*, Phú Tân*, Chợ Mới*, Thoại Sơn, Châu Thành*, Rạch Giá, ' +
    'Hà Tiên, Phú Quốc, Kiên Lương, Hòn Đất, Tân Hiệp*, Giồng Riềng, Gò Quao, An Biên*, An Minh*, Vĩnh Thuận*, Kiên Hải, U Minh Thượng, ' +
    'Giang Thành*, Thổ Chu',
  '92':
    'Ninh Kiều, Ô Môn, Bình Thủy*, Cái Răng, Thốt Nốt, Vĩnh Thạnh*, Cờ Đỏ*, Phong Điền*, Thới Lai, Châu Thành*, Châu Thành A, Kế Sách, ' +
    'Mỹ Tú, Cù Lao Dung, Long Phú*, Mỹ Xuyên, Ngã Năm*, Thạnh Trị, Vĩnh Châu, Trần Đề, Vị Thanh, Ngã Bảy*, Phụng Hiệp, Vị Thủy, Long Mỹ*',
  '96':
    'U Minh*, Thới Bình, Trần Văn Thời*, Cái Nước, Đầm Dơi, Năm Căn, Phú Tân*, Ngọc Hiển*, Hồng Dân, Phước Long*, Vĩnh Lợi*, Giá Rai, ' +
    'Đông Hải*, huyện Hòa Bình, Đất Mũi',
};

/** Other spellings and nicknames of provinces, by code of today's province, with the name they stand for. */
export const provinceAliases: readonly (readonly [code: string, name: string, ...aliases: string[]])[] = [
  ['79', 'Hồ Chí Minh', 'TP Hồ Chí Minh', 'Thành phố Hồ Chí Minh', 'TP HCM', 'TPHCM', 'Tp HCM', 'HCMC', 'HCM'],
  ['79', 'Bà Rịa - Vũng Tàu', 'Bà Rịa Vũng Tàu', 'BR - VT', 'BR-VT'],
  ['46', 'Huế', 'Thừa Thiên Huế', 'Thừa Thiên - Huế', 'TT Huế', 'TT - Huế', 'T.T. Huế'],
  ['01', 'Hà Tây', 'Hà Tây'],
  ['66', 'Đắk Lắk', 'Đắc Lắc', 'Đăk Lăk', 'Đắc Lắk', 'Đắk Lắc', 'Dak Lak', 'Daklak', 'ĐắkLắk'],
  ['68', 'Đắk Nông', 'Đắc Nông', 'Đăk Nông', 'Dak Nong', 'Đắk Nông'],
  ['51', 'Kon Tum', 'Kontum', 'Công Tum'],
  ['19', 'Bắc Kạn', 'Bắc Cạn'],
  ['38', 'Thanh Hóa', 'xứ Thanh'],
  ['20', 'Lạng Sơn', 'xứ Lạng'],
];

/** Provinces whose names are also persons, streets, companies or provinces abroad: they need a clean neighbourhood. */
export const carefulProvinces =
  'Hòa Bình, Thái Bình, Hà Giang, Hà Nam, Hà Tây, Phú Thọ, Bình Dương, Huế, Long An, Thái Nguyên, Bình Định, Nam Định, Phú Yên, Gia Lai';

/** Longer names that contain a place and are none, or not that one. */
export const notPlaces =
  'Thái Bình Dương, Hà Nam Ninh, Đồng Tháp Mười, Nobel Hòa Bình, KCN Đồng Văn, Khu công nghiệp Đồng Văn, Bình Dương Vương, Hòa Bình Xanh, ' +
  'Vịnh Thái Lan, Bà Huyện Thanh Quan, Sài Gòn Giải Phóng, Sài Gòn Tiếp Thị, Sài Gòn Co.op, Kinh tế Sài Gòn, Bia Sài Gòn, Bia Hà Nội, ' +
  'Hà Nội Mới, Huế Thương, Nam Định Nguyễn, Yên Bái Đính, Long Thành Long, Quảng Nam Đà Nẵng';
