// Invented articles of invented papers, for tests of identity: a report, its follow-up, a template filled twice.

/** A report on a bridge. */
export const bridge = {
  title: 'Cầu treo bản Nà Lìm sập một nhịp sau trận mưa lớn',
  lead: 'Rạng sáng 12/8, nhịp giữa cầu treo bản Nà Lìm, xã Mường Chanh bị nước lũ cuốn trôi, 46 hộ dân bên kia suối bị chia cắt.',
  body: [
    'Ông Lò Văn Pành, trưởng bản Nà Lìm, kể rằng khoảng 3 giờ sáng bà con nghe tiếng nổ lớn từ phía suối rồi thấy nhịp giữa của cây cầu gãy gập xuống dòng nước đang dâng cao.',
    'Rất may lúc đó không có người qua cầu. Đến 6 giờ, dân quân xã đã căng dây cảnh báo ở hai đầu và cắt cử người trực để không ai liều lĩnh lội qua suối.',
    'Cầu treo bản Nà Lìm dài 68 mét, đưa vào sử dụng năm 2009, là lối đi duy nhất nối bản với trung tâm xã, nơi có trường tiểu học và trạm y tế.',
    'Chủ tịch xã cho biết trước mắt xã mượn hai bè mảng của hợp tác xã nuôi cá để đưa đón học sinh, đồng thời đề nghị huyện hỗ trợ rọ thép gia cố lại mố cầu phía bờ trái.',
    'Theo đài khí tượng thủy văn, mưa ở vùng thượng nguồn còn kéo dài đến hết tuần, mực nước suối có thể lên thêm nửa mét, người dân không nên ra suối vớt củi.',
  ].join('\n'),
};

/** Ten days later: new words first, the old ones pasted behind them. */
export const bridgeFollowUp = {
  title: 'Đề nghị kỷ luật cán bộ chậm sửa cầu treo Nà Lìm',
  lead: 'Sau mười ngày để học sinh đi bè qua suối, lãnh đạo phòng kinh tế hạ tầng bị yêu cầu kiểm điểm vì chậm trễ trong việc khắc phục cây cầu.',
  body: [
    'Kết luận của đoàn kiểm tra nêu rõ phòng chuyên môn đã nhận công văn xin rọ thép từ ngày đầu nhưng chuyển lòng vòng qua ba bộ phận, đến nay vẫn chưa có vật tư nào được đưa về bản.',
    'Trưởng đoàn kiểm tra yêu cầu trong tuần này phải có phương án thi công, nêu tên người chịu trách nhiệm từng phần việc và báo cáo bằng văn bản, nếu tiếp tục trễ hẹn sẽ xem xét hình thức cao hơn.',
    'Rất may lúc đó không có người qua cầu. Đến 6 giờ, dân quân xã đã căng dây cảnh báo ở hai đầu và cắt cử người trực để không ai liều lĩnh lội qua suối.',
    'Cầu treo bản Nà Lìm dài 68 mét, đưa vào sử dụng năm 2009, là lối đi duy nhất nối bản với trung tâm xã, nơi có trường tiểu học và trạm y tế.',
    'Chủ tịch xã cho biết trước mắt xã mượn hai bè mảng của hợp tác xã nuôi cá để đưa đón học sinh, đồng thời đề nghị huyện hỗ trợ rọ thép gia cố lại mố cầu phía bờ trái.',
  ].join('\n'),
};

/** Another desk's report of the same night. */
export const bridgeIndependent = {
  title: 'Lũ cuốn cầu treo, gần năm chục gia đình ở Mường Chanh bị cô lập',
  lead: 'Mưa suốt đêm làm suối Chanh dâng nhanh, cây cầu duy nhất vào bản Nà Lìm hỏng nặng, chính quyền đang tìm cách đưa lương thực vào.',
  body: [
    'Có mặt tại hiện trường sáng nay, phóng viên ghi nhận nhiều thanh giằng bị bẻ cong, ván mặt cầu trôi dạt xa cả cây số.',
    'Chị Quàng Thị Ương, giáo viên cắm bản, lo nhất là các cháu nhỏ phải nghỉ học dài ngày vì không có đường nào khác ra điểm trường chính.',
    'Ban chỉ huy phòng chống thiên tai huyện đã điều một xuồng máy và hai chục áo phao, ưu tiên chở người ốm, phụ nữ sắp sinh.',
  ].join('\n'),
};

function councilOf(
  place: string,
  region: string,
  date: string,
  session: number,
  head: string,
  delegates: number,
  income: number,
) {
  return {
    title: `Hội đồng nhân dân xã ${place} họp kỳ thứ ${session}`,
    lead: `Sáng ${date}, Hội đồng nhân dân xã ${place}, tỉnh ${region} khai mạc kỳ họp thứ ${session} để xem xét nhiều nội dung thuộc thẩm quyền.`,
    body: [
      `Dự kỳ họp có đồng chí ${head}, Bí thư Đảng ủy, Chủ tịch Hội đồng nhân dân xã cùng ${delegates} đại biểu và lãnh đạo các ban ngành đoàn thể của địa phương.`,
      `Các đại biểu nghe báo cáo kết quả phát triển kinh tế xã hội, bảo đảm quốc phòng an ninh sáu tháng đầu năm; tổng thu ngân sách trên địa bàn đạt ${income} tỷ đồng, vượt kế hoạch cấp trên giao.`,
      'Kỳ họp cũng thảo luận các tờ trình về đầu tư công, bảo vệ rừng, nước sạch nông thôn, sau đó biểu quyết thông qua những nghị quyết quan trọng làm cơ sở để ủy ban nhân dân xã tổ chức thực hiện.',
      'Phát biểu bế mạc, chủ tọa đề nghị các đại biểu giữ mối liên hệ với cử tri, giám sát chặt chẽ việc thực hiện nghị quyết và kịp thời phản ánh những vấn đề mới nảy sinh.',
    ].join('\n'),
  };
}

/** A template filled for one commune, and for another. */
export const council = councilOf('Tà Lềnh', 'Đông Chiêu', '4/7', 6, 'Lường Văn Hặc', 24, 31);
export const councilElsewhere = councilOf('Huổi Sản', 'Đông Chiêu', '5/7', 6, 'Cà Thị Lả', 22, 18);
