// Second half of the reserve: articles of the centre and the south that appear while the newsroom runs.
import type { Article } from '../article.ts';
import { photo, printedBy } from './build.ts';

export const reserveSouth: readonly Article[] = [
  ...printedBy('gio-lam', [
    {
      slug: 'ca-thu-nuong-len-chuyen-tau-dem',
      title: 'Cá thu nướng than làng biển lên toa tàu đêm',
      sapo: 'Từ tuần này, khách đi tàu đêm có thể đặt suất cơm cá thu nướng do 32 chị em làng biển Cồn Ràng chuẩn bị, nhận nóng ngay trên sân ga.',
      body: [
        'Bốn giờ chiều, khói than bay dọc bãi Cồn Ràng. Cá thu tươi cắt khúc, nướng chín tám phần, đến gần giờ tàu mới phết nước mắm gừng, nướng thêm một lượt. Cơm đựng trong mo cau, lót lá chuối, kèm dưa muối và một lát chanh.',
        'Chị Hoàng Thị Lựu, tổ trưởng, kể ý tưởng nảy ra khi con gái chị đi học xa, chuyến nào cũng ôm theo gói cá mẹ nướng, cả toa xin nếm. Tổ được tập huấn vệ sinh thực phẩm, mỗi suất ghi giờ nướng và hạn dùng sáu tiếng.',
        'Ba ngày đầu, tổ bán 540 suất, giá 55.000 đồng. Vỏ mo cau được thu lại ở ga kế tiếp để làm phân, không dùng hộp xốp.',
      ],
      byline: 'Phan Sơn Lĩnh',
      categories: ['Kinh tế', 'Ẩm thực'],
      place: 'Nghệ An',
      photos: [photo('sea', 0, 'Bãi Cồn Ràng lúc chiều, khói than nướng cá bay dọc bãi.')],
    },
    {
      slug: 'phat-hien-gieng-co-duoi-nen-dinh',
      title: 'Phát hiện giếng cổ xếp đá ong khi trùng tu đình Làng Ngọ Hạ',
      sapo: 'Khi hạ giải nền hậu cung, thợ trùng tu gặp miệng giếng xếp đá ong đường kính 1,1 m, bên trong còn nhiều mảnh gốm và một gàu sơn.',
      body: [
        'Giếng nằm sâu 1,6 m dưới nền gạch, thành xếp đá ong không vữa. Ở độ sâu ba mét, nhóm khảo cổ tìm thấy gàu đan sơn ta gần như nguyên vẹn nhờ lớp bùn yếm khí, cùng 214 mảnh gốm thuộc nhiều thời kỳ.',
        'Thạc sĩ Doãn Hà Chi, phụ trách khai quật, cho biết bước đầu đoán định giếng có trước ngôi đình, được lấp khi dựng hậu cung. Mẫu gỗ và hạt thực vật đã gửi đi xác định niên đại, kết quả có sau sáu tuần.',
        'Việc trùng tu tạm dừng ở khu vực này. Các cụ trong làng đề nghị giữ miệng giếng dưới tấm kính để con cháu nhìn thấy, đồng thời mời người dân ai còn giữ chuyện kể về “mắt đình” thì đến kể lại.',
      ],
      byline: 'Vi Hoài Thương',
      categories: ['Văn hoá'],
      place: 'Nghệ An',
      photos: [photo('town', 0, 'Sân đình Làng Ngọ Hạ trong thời gian trùng tu.')],
    },
  ]),
  ...printedBy('dai-ngan', [
    {
      slug: 'hoa-da-quy-mo-loi-di-bo-tren-nui-lua',
      title: 'Mở lối đi bộ ngắm dã quỳ trên núi lửa cổ Chư Lưng',
      sapo: 'Lối đi dài 2,4 km lát đá ba-dan giúp du khách lên miệng núi lửa cổ mà không giẫm hoa, không làm xói sườn núi.',
      body: [
        'Mùa dã quỳ năm ngoái, sườn núi hằn hơn hai mươi lối mòn tự phát, mưa xuống thành rãnh sâu. Dân làng cùng nhóm kiến trúc sư trẻ chọn một lối duy nhất, lát đá nhặt trên rẫy, hai bên căng dây rừng.',
        'Mỗi ngày núi nhận tối đa 600 khách, chia bốn khung giờ. Vé 20.000 đồng trả cho tổ giữ lối, phần còn lại vào quỹ trồng cây gia vị dưới chân núi. Khách muốn chụp ảnh cưới phải hẹn trước, không được bẻ cành.',
        'Chị Rơ Châm Hyel, trong tổ giữ lối, thích nhất khung giờ năm rưỡi sáng: “Mây nằm trong lòng núi như nước trong ghè, mặt trời lên thì ghè cạn dần”.',
      ],
      byline: 'Tường Quân',
      categories: ['Du lịch'],
      place: 'Gia Lai',
      photos: [photo('hills', 0, 'Sườn núi Chư Lưng mùa dã quỳ.')],
    },
    {
      slug: 'tram-bom-nang-luong-mat-troi-tuoi-lua-nuoc',
      title: 'Trạm bơm mặt trời đưa nước lên ruộng bậc cao làng Plei Rung',
      sapo: 'Lần đầu tiên 34 ha ruộng cao của làng Plei Rung làm được vụ đông xuân nhờ trạm bơm chạy hoàn toàn bằng pin mặt trời.',
      body: [
        'Nước suối cách ruộng 43 m theo chiều cao. Trước kia bơm dầu mỗi giờ tốn năm lít, làng chỉ dám bơm cứu lúa. Nay dãy pin 55 kW đẩy nước lên bể chứa 800 m³ từ sáng đến chiều, đêm mở van cho nước tự chảy xuống ruộng.',
        'Ông Siu Alơh, tổ trưởng thuỷ nông, chia nước bằng thẻ gỗ như lệ cũ: mỗi thẻ một nén hương, cháy hết thì chuyển ruộng. Chỉ khác là giờ đêm không ai phải thức canh trộm nước.',
        'Vụ đầu ước đạt 5,8 tấn một héc-ta. Làng trích ba phần trăm sản lượng lập quỹ thay thiết bị, giao hai thanh niên đi học nghề điện để tự sửa.',
      ],
      byline: 'Lê Hoài Vũ',
      categories: ['Nông nghiệp', 'Năng lượng'],
      place: 'Gia Lai',
      photos: [photo('fields', 0, 'Ruộng cao Plei Rung trong vụ đông xuân đầu tiên.')],
    },
  ]),
  ...printedBy('mien-dua', [
    {
      slug: 'cho-noi-song-cai-nua-hop-lai',
      title: 'Chợ nổi sông Cái Nứa họp lại, ghe treo bẹo đông hơn',
      sapo: 'Sau đợt sạt lở phải dời chỗ, chợ nổi sông Cái Nứa họp phiên đầu ở khúc sông rộng hơn, có 140 ghe, thêm bến lên xuống cho khách.',
      body: [
        'Năm giờ sáng, ánh đèn trên ghe còn lập loè, những cây bẹo đã treo khóm, bí, khoai, củ cải trắng. Cô Năm Thêm, bán hủ tiếu ghe hai mươi sáu năm, chèo một vòng hỏi thăm từng mối quen rồi mới neo lại.',
        'Khúc sông mới cách chỗ cũ hai cây số, nước chảy êm. Ban quản lý chia luồng ra vào, cấm ghe du lịch chen giữa luồng mua bán trước bảy giờ. Mỗi ghe được phát một giỏ đựng rác, chiều có thuyền đến gom.',
        'Phiên đầu bán hết 38 tấn hàng bông. Bà con mong có thêm đèn báo ở hai đầu luồng và trạm tiếp nước ngọt.',
      ],
      byline: 'Út Lành',
      categories: ['Kinh tế', 'Du lịch'],
      place: 'Vĩnh Long',
      photos: [photo('river', 0, 'Chợ nổi sông Cái Nứa phiên đầu ở khúc sông mới.')],
    },
    {
      slug: 'bat-nhom-trom-dua-bang-ghe',
      title: 'Bắt nhóm trộm dừa bằng ghe máy lúc nửa đêm',
      sapo: 'Bốn người dùng ghe máy tắt đèn, lẻn vào các cồn hái trộm hơn 3.200 trái dừa trong hai tuần đã bị tổ tuần tra nhân dân phát hiện.',
      body: [
        'Đêm [[-1]], tổ tuần tra Cồn Lá nghe tiếng dừa rớt liên tục trên một mảnh vườn không người ở. Tổ báo công an xã rồi lặng lẽ chặn hai đầu rạch bằng xuồng. Bốn người bỏ ghe chạy, sau đó ra trình diện.',
        'Trên ghe có 410 trái dừa tươi và một sổ ghi số lượng bán cho điểm thu mua. Công an đang làm rõ trách nhiệm của điểm thu mua này.',
        'Nhà vườn được khuyên sơn ký hiệu lên cuống quày, lắp đèn cảm ứng ở bến và báo ngay khi thấy ghe lạ neo qua đêm. Tổ tuần tra có hai mươi bốn người, đi bằng xuồng chèo để khỏi gây tiếng động.',
      ],
      byline: 'Trung Nghĩa',
      categories: ['Pháp luật', 'An ninh trật tự'],
      place: 'Vĩnh Long',
      photos: [],
    },
  ]),
  ...printedBy('ben-gio', [
    {
      slug: 'thi-troi-cua-bang-day-lac',
      title: 'Thi trói cua bằng dây lác, người thắng chỉ mất bảy giây',
      sapo: 'Hội thi trói cua ở Cái Ngãi chọn dây lác thay dây ni lông. Người về nhất là chị Ngô Diệu Hiền, trói xong một con cua tám lạng trong bảy giây.',
      body: [
        'Mỗi người thi được giao mười con cua, trói hai càng, không được để cua gãy que và dây không nặng quá một phần mười con cua. Yêu cầu cuối là chuyện hệ trọng, bởi lâu nay khách vẫn than mua cua mà phải trả tiền cho cả ký dây.',
        'Chị Hiền trói mười con hết 84 giây. Chị bảo bí quyết là đừng nhìn càng, hãy nhìn mắt cua: “Nó ngó bên nào thì mình vô bên kia”.',
        'Sau hội thi, bốn vựa lớn cam kết chuyển sang dây lác. Xóm chiếu ven kinh nhờ vậy có thêm đơn hàng 200.000 sợi mỗi tháng.',
      ],
      byline: 'Trần Khởi',
      categories: ['Lễ hội', 'Kinh tế'],
      place: 'Cà Mau',
      photos: [photo('sea', 0, 'Bến Cái Ngãi trong ngày hội thi trói cua.')],
    },
    {
      slug: 'tram-y-te-noi-tren-xa-lan',
      title: 'Trạm y tế trên xà lan đi vòng mười bốn xóm ven biển',
      sapo: 'Chiếc xà lan cũ được sửa thành trạm y tế có phòng khám, máy siêu âm và ghế nha khoa, mỗi tuần cặp bến hai xóm.',
      body: [
        'Bà con Xóm Lung xếp hàng từ sáng sớm, ai cũng lấy số viết trên miếng gỗ. Trên xà lan có bốn phòng nhỏ máy lạnh, dưới khoang là kho thuốc và bể nước ngọt. Sóng nhẹ nên máy siêu âm chạy êm, chỉ khi ghe lớn đi qua bác sĩ mới xin mọi người nín thở chờ một chút.',
        'Ngày đầu, kíp gồm hai bác sĩ và năm điều dưỡng khám cho 131 người, phát hiện sáu thai kỳ nguy cơ cao, hẹn đưa về bệnh viện theo dõi. Phòng nha khoa kín lịch bởi nhiều em nhỏ lần đầu được khám răng.',
        'Kinh phí sửa xà lan do một nhóm cựu sinh viên y quyên góp. Lịch cặp bến được phát trên loa xóm và dán ở tiệm tạp hoá.',
      ],
      byline: 'Hữu Thọ Em',
      categories: ['Sức khoẻ', 'Y tế'],
      place: 'Cà Mau',
      photos: [photo('river', 0, 'Xà lan y tế cặp bến Xóm Lung.')],
    },
  ]),
];
