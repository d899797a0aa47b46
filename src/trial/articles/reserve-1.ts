// First half of the reserve: articles that appear while the newsroom runs.
import type { Article } from '../article.ts';
import { photo, printedBy } from './build.ts';

export const reserveOne: readonly Article[] = [
  ...printedBy('song-may', [
    {
      slug: 'cau-phao-thuong-ngoi-cam-xe-de-bao-duong',
      title: 'Cầu phao Thượng Ngòi cấm xe hai đêm để bảo dưỡng',
      sapo: 'Từ 21 giờ ngày [[0]] đến 5 giờ sáng hôm sau, và cùng khung giờ đêm kế tiếp, cầu phao Thượng Ngòi tạm dừng lưu thông để thay 24 mối nối và kiểm tra dây neo.',
      body: [
        'Đơn vị quản lý cầu phao cho biết đây là đợt bảo dưỡng định kỳ trước mùa nước cạn. Hai mươi bốn mối nối giữa các phao sẽ được thay mới, dây neo phía thượng lưu được kéo kiểm tra từng sợi.',
        'Trong thời gian cấm cầu, xe máy và người đi bộ được chở miễn phí bằng hai chuyến phà, cứ 30 phút một lượt. Ô tô đi theo cầu Bến Gót Mới, dài thêm khoảng 14 km. Xe cứu thương, cứu hoả vẫn được ưu tiên qua cầu khi có yêu cầu.',
        'Bà con chở rau ra chợ đầu mối nên đi trước 20 giờ 30 phút để kịp chuyến. Số điện thoại trực được niêm yết ở hai đầu cầu.',
      ],
      byline: 'Trần Vĩnh',
      categories: ['Giao thông', 'Thông tin cần biết'],
      place: 'Phú Thọ',
      photos: [photo('river', 0, 'Cầu phao Thượng Ngòi trước giờ bảo dưỡng.')],
    },
  ]),
];
