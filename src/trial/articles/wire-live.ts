// A wire story of TTX Mẫu that breaks while the newsroom runs: one piece of news, three papers, within minutes.
import type { WireStory } from '../article.ts';
import { photo } from './build.ts';

export const wireLive: WireStory = {
  slug: 'mo-ban-ve-tau-tet-dot-mot',
  title: 'Mở bán vé tàu Tết đợt một từ 8 giờ ngày [[+2]]',
  sapo: 'Hơn 190.000 chỗ trên các đoàn tàu Tết được mở bán đợt một từ 8 giờ ngày [[+2]]; mỗi người mua tối đa mười vé một lượt, giảm giá cho học sinh, công nhân và người cao tuổi.',
  body: [
    'Theo đơn vị vận tải mẫu, vé được bán cùng lúc trên trang bán vé, ứng dụng và tại ga. Khách chọn chỗ, giữ chỗ 24 giờ, sau thời gian đó nếu chưa trả tiền thì vé tự quay lại hệ thống.',
    'Năm nay có thêm 26 đoàn tàu chạy đêm trên các chặng ngắn dưới 400 km, phục vụ người về quê trong ngày. Ghế phụ chỉ bán khi đã hết chỗ và chỉ cho chặng dưới năm giờ.',
    'Để tránh vé chợ đen, tên trên vé phải trùng giấy tờ; mỗi vé được đổi tên một lần, trước giờ tàu chạy ít nhất mười hai tiếng. Ban tổ chức khuyến cáo khách không mua vé qua mạng xã hội.',
    'Đợt hai mở sau đó mười ngày với khoảng 60.000 chỗ còn lại, chủ yếu là các chặng lẻ.',
  ],
  categories: ['Giao thông', 'Xã hội'],
  place: 'Việt Nam',
  photos: [photo('town', 0, 'Khách hỏi vé tại một nhà ga.')],
  hoursAgo: 0,
  prints: [
    { paper: 'gio-lam', lagMinutes: 0, credit: 'end' },
    { paper: 'dong-chieu', lagMinutes: 0, credit: 'byline', title: 'Hơn 190.000 chỗ tàu Tết mở bán từ ngày [[+2]]' },
    { paper: 'dai-ngan', lagMinutes: 0, credit: 'sapo', drop: [3] },
  ],
};
