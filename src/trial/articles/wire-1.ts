// Stories of the invented wire agency TTX Mẫu, first half, with the prints of the papers.
import type { WireStory } from '../article.ts';
import { photo } from './build.ts';

export const wireOne: readonly WireStory[] = [
  {
    slug: 'thu-nghiem-hoc-ba-so-dung-chung',
    title: 'Thử nghiệm học bạ số dùng chung cho học sinh chuyển trường',
    sapo: 'Từ [[+7]], học sinh chuyển trường giữa 12 tỉnh tham gia thử nghiệm sẽ không phải mang theo học bạ giấy; hồ sơ được chuyển trong vòng một ngày làm việc.',
    body: [
      'Chương trình thử nghiệm học bạ số dùng chung bắt đầu với 1.840 trường phổ thông ở 12 tỉnh. Khi phụ huynh nộp đơn chuyển trường, trường cũ ký số vào bản học bạ điện tử và gửi thẳng tới trường mới; phụ huynh nhận được tin nhắn báo kết quả.',
      'Theo đơn vị điều hành chương trình, trước đây một hồ sơ chuyển trường liên tỉnh mất trung bình chín ngày, trong đó quá nửa thời gian dành cho việc đi lấy dấu và gửi bưu điện. Trong đợt chạy thử kín với 260 hồ sơ, thời gian rút xuống còn bảy giờ.',
      'Học bạ giấy vẫn được lưu song song đến hết năm học để đối chiếu. Những trường chưa có đường truyền ổn định được dùng phần mềm ngoại tuyến, đồng bộ một lần trong ngày.',
      'Phụ huynh có thể từ chối tham gia thử nghiệm và dùng hồ sơ giấy như cũ mà không phải nêu lý do. Kết quả đợt thử nghiệm sẽ được công bố sau ba tháng.',
    ],
    categories: ['Giáo dục', 'Chuyển đổi số'],
    place: 'Việt Nam',
    photos: [photo('town', 0, 'Phòng máy của một trường phổ thông tham gia thử nghiệm học bạ số.')],
    hoursAgo: 3.4,
    prints: [
      { paper: 'nui-ngan', lagMinutes: 0, credit: 'end' },
      { paper: 'song-may', lagMinutes: 14, credit: 'sapo', drop: [3] },
      {
        paper: 'gio-lam',
        lagMinutes: 22,
        credit: 'byline',
        title: 'Học sinh chuyển trường ở 12 tỉnh không phải mang học bạ giấy',
      },
      {
        paper: 'mien-dua',
        lagMinutes: 41,
        credit: 'end',
        replace: [
          ['thử nghiệm', 'thí điểm'],
          ['Thử nghiệm', 'Thí điểm'],
        ],
      },
    ],
  },
  {
    slug: 'khong-khi-lanh-tang-cuong-bien-dong-manh',
    title: 'Không khí lạnh tăng cường, biển động mạnh từ đêm [[+1]]',
    sapo: 'Một đợt không khí lạnh mạnh đang di chuyển xuống phía nam. Từ đêm [[+1]], vịnh Bắc Bộ có gió cấp 6 – 7, giật cấp 9, sóng cao 2 – 4 m; vùng núi phía Bắc trời rét.',
    body: [
      'Bản tin dự báo mẫu phát lúc sáng [[0]] cho biết bộ phận không khí lạnh sẽ tác động đến miền Bắc trong chiều [[+1]], sau đó lan xuống bắc và trung Trung Bộ. Nhiệt độ thấp nhất ở đồng bằng từ 14 đến 16 độ C, vùng núi 10 – 12 độ C, núi cao có nơi dưới 7 độ C.',
      'Trên biển, gió đông bắc mạnh dần lên cấp 6 – 7, giật cấp 8 – 9 ở vịnh Bắc Bộ; từ ngày [[+2]], vùng biển từ Quảng Trị đến Khánh Hoà sóng cao 3 – 5 m. Tàu thuyền nhỏ không nên ra khơi, các lồng bè cần được gia cố trước chiều [[+1]].',
      'Người trồng rau màu được khuyến cáo phủ bạt ni lông cho mạ và rau non, không bón đạm trong những ngày rét; trâu bò thả rông cần được đưa về chuồng có che chắn.',
      'Đợt lạnh dự báo kéo dài bốn đến năm ngày, từ ngày [[+6]] nhiệt độ tăng trở lại.',
    ],
    categories: ['Thời tiết', 'Thời sự'],
    place: 'Việt Nam',
    photos: [],
    hoursAgo: 5.6,
    prints: [
      { paper: 'bien-sang', lagMinutes: 0, credit: 'end' },
      {
        paper: 'nui-ngan',
        lagMinutes: 9,
        credit: 'byline',
        title: 'Không khí lạnh mạnh tràn về, vùng núi có nơi dưới 7 độ C',
      },
      { paper: 'dong-chieu', lagMinutes: 25, credit: 'end', drop: [1] },
      { paper: 'gio-lam', lagMinutes: 33, credit: 'sapo', replace: [['Khánh Hoà', 'Khánh Hòa']] },
    ],
  },
  {
    slug: 'hong-ha-thang-nguoc-tran-mo-man-cup-hoa-ban',
    title: 'Giải bóng đá nữ Cúp Hoa Ban: Hồng Hà thắng ngược 3 – 2 trận mở màn',
    sapo: 'Bị dẫn hai bàn sau 30 phút, đội nữ Hồng Hà ghi liền ba bàn trong hiệp hai để thắng Sao Biển 3 – 2 trong trận mở màn Cúp Hoa Ban tối [[-1]].',
    body: [
      'Sao Biển nhập cuộc tốt hơn và có hai bàn ở các phút 12 và 29, đều từ tình huống phạt góc bên cánh trái. Hồng Hà chỉ thực sự chơi bóng sau giờ nghỉ, khi đưa tiền vệ Phan Thị Thoa vào sân.',
      'Phút 58, Thoa rút ngắn tỷ số bằng cú sút xa ngoài vòng cấm. Bảy phút sau, cô kiến tạo cho Nguyễn Mai Lan gỡ hoà. Bàn quyết định đến ở phút 88, khi hậu vệ Đỗ Thu Hằng đánh đầu cận thành trong tiếng reo của hơn 6.000 khán giả.',
      'Huấn luyện viên Lê Quang Tạo của Hồng Hà nói ông không đổi chiến thuật trong giờ nghỉ mà chỉ yêu cầu cầu thủ “chuyền bóng cho nhau bằng mắt trước khi bằng chân”. Phía bên kia, Sao Biển tiếc nuối vì mất người do chuột rút ở mười phút cuối.',
      'Lượt trận thứ hai diễn ra ngày [[+2]]. Cúp Hoa Ban năm nay có tám đội, đội vô địch nhận 500 triệu đồng.',
    ],
    categories: ['Thể thao'],
    place: 'Việt Nam',
    photos: [photo('town', 1, 'Sân vận động tối khai mạc Cúp Hoa Ban.')],
    hoursAgo: 12.2,
    prints: [
      { paper: 'dong-chieu', lagMinutes: 0, credit: 'byline' },
      {
        paper: 'bien-sang',
        lagMinutes: 12,
        credit: 'end',
        title: 'Sao Biển thua ngược phút 88 trong trận mở màn Cúp Hoa Ban',
      },
      { paper: 'dai-ngan', lagMinutes: 38, credit: 'end', drop: [2] },
    ],
  },
];
