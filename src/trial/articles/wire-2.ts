// Stories of the invented wire agency TTX Mẫu, second half, with the prints of the papers.
import type { WireStory } from '../article.ts';
import { photo } from './build.ts';

export const wireTwo: readonly WireStory[] = [
  {
    slug: 'xuat-khau-trai-cay-say-lap-muc-moi',
    title: 'Xuất khẩu trái cây sấy mười tháng vượt cả năm trước',
    sapo: 'Kim ngạch xuất khẩu trái cây sấy trong mười tháng ước đạt 486 triệu USD, tăng 27 % so với cùng kỳ và vượt cả năm trước, theo số liệu mẫu của hiệp hội ngành hàng.',
    body: [
      'Mít, chuối và xoài sấy dẻo chiếm gần hai phần ba kim ngạch. Thị trường tăng nhanh nhất là Trung Đông và Bắc Âu, nơi người mua chuộng loại ít đường, đóng gói nhỏ.',
      'Theo ông Lâm Vĩnh Tường, đại diện hiệp hội, ba năm trước phần lớn hàng sấy bán qua trung gian; nay 41 % số lô do doanh nghiệp trong nước đứng tên thương hiệu. Nhiều nhà máy đặt ngay tại vùng nguyên liệu, mua cả những trái không đủ chuẩn bán tươi.',
      'Tuy vậy, chi phí điện và bao bì tăng khiến lợi nhuận giảm. Hiệp hội khuyến nghị dùng bơm nhiệt và năng lượng mặt trời để sấy, đồng thời chuẩn hoá độ ẩm giữa các lô để tránh bị trả hàng.',
      'Hai tháng cuối năm, ngành đặt mục tiêu thêm 90 triệu USD, tập trung vào hàng quà Tết.',
    ],
    categories: ['Kinh tế', 'Xuất khẩu'],
    place: 'Việt Nam',
    photos: [photo('fields', 1, 'Vùng nguyên liệu xoài cung cấp cho nhà máy sấy.')],
    hoursAgo: 6.9,
    prints: [
      { paper: 'mien-dua', lagMinutes: 0, credit: 'end' },
      {
        paper: 'song-may',
        lagMinutes: 16,
        credit: 'byline',
        title: 'Trái cây sấy Việt Nam: mười tháng bán bằng cả năm',
      },
      { paper: 'dai-ngan', lagMinutes: 27, credit: 'end', drop: [3] },
      {
        paper: 'nui-ngan',
        lagMinutes: 52,
        credit: 'sapo',
        replace: [
          ['486 triệu USD', '486 triệu đô-la Mỹ'],
          ['90 triệu USD', '90 triệu đô-la Mỹ'],
        ],
      },
    ],
  },
  {
    slug: 'tiem-bo-sung-vac-xin-soi-cho-tre',
    title: 'Tiêm bổ sung vắc-xin sởi cho trẻ 1 – 10 tuổi ở 18 tỉnh',
    sapo: 'Chiến dịch tiêm bổ sung vắc-xin sởi cho trẻ từ 1 đến 10 tuổi chưa tiêm đủ mũi bắt đầu từ [[+5]] tại 18 tỉnh, ưu tiên vùng khó khăn và nơi có nhiều lao động di cư.',
    body: [
      'Khoảng 640.000 trẻ sẽ được rà soát. Trạm y tế lập danh sách qua trường học và tổ dân phố, đối chiếu với sổ tiêm chủng điện tử; trẻ đã tiêm đủ hai mũi không cần tiêm lại.',
      'Trẻ được khám sàng lọc trước khi tiêm và theo dõi 30 phút sau tiêm. Phụ huynh cần mang sổ tiêm, báo tiền sử dị ứng, không để trẻ quá đói. Trẻ đang sốt hoặc điều trị bệnh cấp tính được hẹn vào đợt vét hai tuần sau đó.',
      'Theo bác sĩ Từ Thu Nga, thành viên tổ điều phối, nguy cơ lớn nhất là những “vùng trũng” nhỏ, nơi nhiều trẻ cùng bỏ mũi vì cha mẹ đi làm xa. Vì vậy các điểm tiêm lưu động sẽ mở cả buổi tối và ngày nghỉ.',
      'Vắc-xin miễn phí. Người dân có thể hỏi lịch ở trạm y tế gần nhất, không cần đúng nơi thường trú.',
    ],
    categories: ['Sức khoẻ', 'Y tế'],
    place: 'Việt Nam',
    photos: [],
    hoursAgo: 15.8,
    prints: [
      { paper: 'gio-lam', lagMinutes: 0, credit: 'end' },
      {
        paper: 'ben-gio',
        lagMinutes: 11,
        credit: 'byline',
        replace: [
          ['vắc-xin', 'vaccine'],
          ['Vắc-xin', 'Vaccine'],
        ],
      },
      {
        paper: 'bien-sang',
        lagMinutes: 35,
        credit: 'end',
        title: 'Từ [[+5]], tiêm bổ sung vắc-xin sởi cho trẻ chưa đủ mũi',
        drop: [2],
      },
      { paper: 'song-may', lagMinutes: 48, credit: 'sapo' },
    ],
  },
  {
    slug: 'ra-mat-ban-do-dia-danh-sau-sap-xep',
    title: 'Ra mắt bản đồ tra cứu địa danh cũ – mới sau sắp xếp',
    sapo: 'Người dân có thể gõ tên xã, huyện, tỉnh cũ để biết nay thuộc đơn vị nào trên bản đồ tra cứu vừa mở, dùng được cả khi không có dấu.',
    body: [
      'Bản đồ chứa hơn 10.500 tên đơn vị hành chính cấp xã trước sắp xếp, 696 tên cấp huyện và 63 tên tỉnh, thành phố, nối với 34 tỉnh, thành phố hiện nay. Mỗi tên có lịch sử thay đổi, ngày áp dụng và cách viết trên giấy tờ.',
      'Nhóm xây dựng cho biết ba phần tư lượt tìm trong đợt thử là của người đi làm xa cần điền quê quán. Công cụ vì vậy có sẵn câu mẫu ghi địa chỉ theo tên mới và tên cũ trong ngoặc.',
      'Giấy tờ cũ vẫn có giá trị. Bản đồ không thay thế văn bản hành chính, chỉ giúp tra cứu nhanh. Dữ liệu được mở cho trường học, báo chí và nhà phát triển dùng miễn phí.',
      'Trong tháng tới, nhóm sẽ thêm tên làng, tên chợ, tên bến do người dân đóng góp, sau khi đối chiếu với ít nhất hai nguồn.',
    ],
    categories: ['Chuyển đổi số', 'Thời sự'],
    place: 'Việt Nam',
    photos: [photo('town', 0, 'Người dân tra cứu địa danh tại một điểm phục vụ hành chính.')],
    hoursAgo: 23.1,
    prints: [
      { paper: 'dong-chieu', lagMinutes: 0, credit: 'end' },
      { paper: 'dai-ngan', lagMinutes: 18, credit: 'byline' },
      {
        paper: 'ben-gio',
        lagMinutes: 29,
        credit: 'end',
        title: 'Gõ tên huyện cũ, biết ngay xã mới: mở bản đồ tra cứu địa danh',
        drop: [3],
      },
    ],
  },
];
