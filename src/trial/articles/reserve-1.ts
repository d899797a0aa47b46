// First half of the reserve: articles of the north that appear while the newsroom runs.
import type { Article } from '../article.ts';
import { photo, printedBy } from './build.ts';

export const reserveNorth: readonly Article[] = [
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
    {
      slug: 'ca-long-rot-gia-ru-nhau-lam-cha-ca',
      title: 'Cá lồng rớt giá, người nuôi ven sông rủ nhau làm chả cá',
      sapo: 'Giá cá lăng, cá chép lồng giảm gần một phần năm so với đầu tháng. Thay vì bán tháo, 18 hộ ven sông góp vốn mở xưởng chả cá và cá kho niêu.',
      body: [
        'Ở khúc sông Ngòi Lau, 126 lồng cá đang đến kỳ xuất. Thương lái trả 68.000 đồng một cân cá lăng, trong khi người nuôi tính giá thành đã 61.000 đồng. Anh Chử Văn Kha bảo nếu bán hết lúc này thì đủ tiền cám, còn công cả năm coi như cho sông.',
        'Xưởng chế biến đặt ở gian nhà kho cũ của hợp tác xã. Mỗi ngày xưởng nhận 300 kg cá, lọc lấy thịt làm chả, phần đầu và xương kho niêu đất. Mẻ đầu tiên bán hết trong hai ngày nhờ các hội phụ nữ đặt trước.',
        'Theo tính toán, một cân cá qua chế biến lãi thêm 14.000 – 17.000 đồng, tạo việc cho 25 lao động. Nhóm hộ đang làm hồ sơ công nhận an toàn thực phẩm để đưa hàng vào bếp ăn các nhà máy.',
      ],
      byline: 'Trần Vĩnh',
      categories: ['Kinh tế', 'Nông nghiệp'],
      place: 'Phú Thọ',
      photos: [photo('river', 0, 'Những lồng cá trên khúc sông Ngòi Lau.')],
    },
    {
      slug: 'phien-cho-doi-do-cua-hoc-sinh',
      title: 'Phiên chợ đổi đồ của học sinh: sách lấy cây, giày lấy bóng',
      sapo: 'Không dùng tiền, phiên chợ cuối tuần ở sân trường Gò Chè chạy bằng phiếu đổi. Sau bốn giờ, hơn 1.300 món đồ có chủ mới.',
      body: [
        'Mỗi món mang đến được các bạn trực quầy định giá bằng số chấm trên phiếu: sách một chấm, giày hai chấm, xe đạp mười chấm. Ai thấy chưa đúng thì thương lượng, nhưng phải kể được câu chuyện của món đồ.',
        'Em Trịnh Gia Bảo, lớp 5, đổi đôi giày đã chật lấy quả bóng và còn dư một chấm, em mua… lời hứa được chị lớp 9 kèm toán ba buổi. Lời hứa cũng là một món hàng hợp lệ, có giấy ghi và dấu vân tay.',
        'Đồ còn lại được phân loại: thứ dùng được gửi lên điểm trường vùng cao, thứ hỏng tháo lấy vật liệu học môn kỹ thuật. Nhà trường dự tính mở phiên chợ hai tháng một lần.',
      ],
      byline: 'Lê Hạnh',
      categories: ['Giáo dục', 'Đời sống'],
      place: 'Phú Thọ',
      photos: [photo('town', 0, 'Sân trường Gò Chè trong phiên chợ đổi đồ.')],
    },
  ]),
  ...printedBy('nui-ngan', [
    {
      slug: 'suong-muoi-dau-mua-vung-cao',
      title: 'Sương muối đầu mùa trắng nương cải, nông dân đốt khói cứu cây',
      sapo: 'Rạng sáng [[0]], sương muối xuất hiện ở các bản cao trên 1.400 m. Gần 40 ha rau và cà phê non được cứu nhờ báo động bằng loa lúc 2 giờ sáng.',
      body: [
        'Nhiệt kế ở bản Nậm Cát chỉ 1,8 độ C lúc 4 giờ 30 phút. Mặt lá cải phủ lớp tinh thể trắng, bước chân nghe lạo xạo. Đây là đợt sương muối sớm hơn năm ngoái mười hai ngày.',
        'Nhờ tổ quan trắc bản đo nhiệt độ mỗi giờ, loa thôn kêu gọi bà con dậy đốt trấu ẩm hun khói quanh nương và tưới rửa lá trước khi mặt trời lên. Anh Lý A Dếnh cho biết vườn cà phê con 8.000 cây của nhóm chỉ cháy lá khoảng một phần mười.',
        'Cán bộ kỹ thuật khuyên không cắt bỏ cành cháy ngay mà đợi cây bật chồi, bón kali và giữ ẩm gốc. Trâu bò nên được lùa về chuồng, cho ăn thêm cỏ khô và uống nước ấm pha muối.',
      ],
      byline: 'Lường Minh',
      categories: ['Thời tiết', 'Nông nghiệp'],
      place: 'Sơn La',
      photos: [photo('hills', 0, 'Bản Nậm Cát trong sáng sương muối.')],
      update: {
        afterSeconds: 1000,
        title: 'Sương muối đầu mùa: 52 ha rau màu bị ảnh hưởng, phần lớn phục hồi được',
        sapo: 'Cập nhật: kiểm đếm đến trưa [[0]] cho thấy 52 ha rau và cà phê non bị ảnh hưởng, trong đó khoảng 45 ha có thể phục hồi nhờ hun khói, tưới rửa kịp thời.',
      },
    },
    {
      slug: 'khoi-cong-duong-ong-dua-nuoc-ve-pa-hoc',
      title: 'Khởi công đường ống đưa nước về bản Pá Hốc',
      sapo: 'Tuyến ống dài 9,4 km từ mó nước Huổi Khăm sẽ cấp nước sạch cho 186 hộ ở Pá Hốc, nơi mùa khô mỗi nhà phải đi gùi nước hơn một giờ.',
      body: [
        'Sáng [[0]], hơn hai trăm người dân Pá Hốc mang cuốc, xẻng ra đào mét rãnh đầu tiên. Theo kế hoạch, mỗi hộ góp mười hai ngày công, Nhà nước hỗ trợ ống, bể lọc và đồng hồ. Công trình dự kiến xong trong 100 ngày.',
        'Bà Lò Thị Inh, 66 tuổi, dẫn mọi người lên mó nước và xin phép theo lệ bản: đặt bát nước, nắm xôi, hứa giữ rừng quanh mó. Bản cũng ghi vào quy ước: chặt một cây quanh mó thì trồng lại ba mươi cây.',
        'Khi có nước, bản sẽ lập tổ quản lý ba người, thu 3.000 đồng mỗi khối để sửa chữa. Trường học và trạm y tế được dùng nước không mất tiền.',
      ],
      byline: 'Hoàng Khải',
      categories: ['Xã hội', 'Xây dựng nông thôn mới'],
      place: 'Mường Lụa, Sơn La',
      photos: [
        photo('hills', 0, 'Người dân Pá Hốc đào những mét rãnh đầu tiên.'),
        photo('river', 1, 'Mó nước Huổi Khăm, đầu nguồn của đường ống.'),
      ],
    },
  ]),
  ...printedBy('dong-chieu', [
    {
      slug: 'xe-buyt-dien-noi-hai-bo-tinh',
      title: 'Chạy thử xe buýt điện nối hai bờ sông, vé 7.000 đồng',
      sapo: 'Tuyến xe buýt điện đầu tiên nối hai vùng trước đây thuộc hai tỉnh chạy thử từ hôm nay với 14 xe, 20 phút một chuyến.',
      body: [
        'Tuyến dài 38 km, đi qua cầu mới, hai bệnh viện và ba trường nghề. Giờ chạy từ 5 giờ 15 phút đến 21 giờ; học sinh và người trên 60 tuổi đi miễn phí trong tháng chạy thử.',
        'Chị Phạm Thu Nguyệt, điều dưỡng, trước phải đi xe máy 31 km mỗi ngày để làm ca, cho biết mùa mưa rét là nỗi sợ. “Hôm nay tôi ngủ được hai mươi phút trên xe”, chị nói.',
        'Đơn vị vận hành đề nghị hành khách góp ý về vị trí trạm dừng qua mã in trên lưng ghế. Sau ba mươi ngày, lịch chạy chính thức sẽ được công bố, có thể tăng chuyến vào giờ tan ca.',
      ],
      byline: 'Ngô Minh Tiệp',
      categories: ['Giao thông', 'Đời sống'],
      place: 'Hưng Yên',
      photos: [photo('town', 0, 'Xe buýt điện chạy thử qua trung tâm.')],
    },
    {
      slug: 'hoi-vat-cau-nuoc-lang-ha-van',
      title: 'Làng Hạ Vân mở hội vật cầu dưới ao',
      sapo: 'Quả cầu gỗ mít nặng 17 kg, hai phe lấm bùn từ đầu đến chân và tiếng trống thúc suốt hai giờ: hội vật cầu Hạ Vân mở lại sau sáu năm.',
      body: [
        'Luật chơi giản dị: phe nào đưa được cầu về hố của mình trước thì thắng. Nhưng quả cầu bôi mỡ trơn tuột, ao sâu ngang đùi, mỗi phe hai mươi mốt trai làng nên chỉ ôm được cầu vài bước đã bị kéo ngã.',
        'Phe Đông thắng 3 – 2 nhờ mẹo dìm cầu xuống bùn rồi lăn ngầm. Phe Tây không phục, đòi đấu thêm, cụ chủ tế bèn phân xử bằng cách cho cả hai phe cùng khiêng cầu về đình.',
        'Năm nay hội có thêm trận của các bà, dùng quả cầu bằng rơm. Trận này không ai đếm điểm vì cả trọng tài cũng bị kéo xuống ao.',
      ],
      byline: 'Phạm Quang Huy',
      categories: ['Văn hoá', 'Lễ hội'],
      place: 'Hưng Yên',
      photos: [photo('river', 0, 'Ao đình Hạ Vân ngày hội vật cầu.')],
    },
  ]),
  ...printedBy('bien-sang', [
    {
      slug: 'ca-heo-tro-lai-vinh-luoi-bac',
      title: 'Đàn cá heo hơn ba mươi con bơi vào vịnh Lưới Bạc',
      sapo: 'Sáng [[0]], ngư dân vịnh Lưới Bạc gặp đàn cá heo hơn ba mươi con bơi theo thuyền gần một giờ. Đã tám năm vịnh mới lại thấy cá heo đông như vậy.',
      body: [
        'Anh Vy Thành, đang kiểm tra bè hàu, thấy mặt nước cách chừng trăm mét cuộn lên rồi những chiếc lưng xám lần lượt nhô khỏi sóng. Anh tắt máy, gọi điện cho cả làng bè ra xem. Trong đàn có ít nhất bốn con non bơi sát mẹ.',
        'Nhóm nghiên cứu sinh vật biển nhận định đàn cá đi theo luồng cá đối, cá trích vào vịnh. Nước trong hơn và mật độ lồng bè giảm có thể là nguyên nhân khiến cá nhỏ trở lại, song cần theo dõi thêm nhiều mùa.',
        'Ban quản lý vịnh yêu cầu tàu thuyền giữ khoảng cách tối thiểu 50 m, không đuổi theo, không cho ăn, hạ tốc độ dưới năm hải lý một giờ khi gặp đàn cá.',
      ],
      byline: 'Đinh Hải Yến',
      categories: ['Môi trường', 'Du lịch'],
      place: 'Quảng Ninh',
      photos: [photo('sea', 0, 'Vịnh Lưới Bạc sáng đàn cá heo ghé vào.')],
    },
    {
      slug: 'nhat-rac-bien-doi-dem-phong',
      title: 'Nhặt năm cân rác biển, đổi một đêm ở nhà nghỉ làng chài',
      sapo: 'Bảy nhà nghỉ ở Lộng Vân dành mỗi tuần mười đêm phòng cho khách trả tiền bằng rác nhặt trên bãi. Danh sách chờ đã kín đến cuối mùa.',
      body: [
        'Khách được phát găng tay, túi lưới và bản đồ những bãi khó tới. Rác mang về được cân, phân loại, ghi vào sổ; đủ năm cân thì nhận chìa khoá phòng, thừa thì tích cho lần sau hoặc nhường khách khác.',
        'Chị Khổng Thuỳ Dương, chủ nhà nghỉ đầu tiên làm theo cách này, nói ban đầu chỉ định làm vui dịp vắng khách. Không ngờ khách nhặt rác ở lại lâu hơn, ăn ở quán trong làng và quay lại nhiều hơn khách thường.',
        'Sau một mùa, 6,4 tấn rác đã được đưa khỏi mười một bãi nhỏ. Phao xốp vụn, lưới cũ chiếm hơn nửa; phần lưới còn tốt được các bà trong làng tết thành túi đi chợ.',
      ],
      byline: 'Lục Trung',
      categories: ['Du lịch', 'Môi trường'],
      place: 'Quảng Ninh',
      photos: [photo('sea', 1, 'Một bãi nhỏ ở Lộng Vân sau buổi nhặt rác.')],
    },
  ]),
];
