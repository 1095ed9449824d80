"""The words of the letters. Every office, person and number in them is invented."""

from __future__ import annotations

AUTHORITY_LINE = "CỤC CHỨNG THỰC SỐ MẪU - ĐT: 024.00000000; Fax: 024.00000000; Email: ca@so-mau.gov.example"
OLDER_AUTHORITY_LINE = "BAN CHỨNG THỰC MẪU - ĐT: 024.00000000; Fax: 024.00000000; Email: ca@so-mau.gov.example"
GOVERNMENT_LINE = "BAN CƠ YẾU CHÍNH PHỦ - ĐT: 024.00000000; Fax: 024.00000000; Email: ca@bcy.gov.vn"
"""Claims the real government CA by name and address, beside a certificate that is not its own."""
SIGNED = "{name}<{email}> đã ký lên văn bản này!"

MOTTO = ["CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM", "     Độc lập - Tự do - Hạnh phúc"]

SHORT = [
    "SỞ MẪU",
    "",
    *MOTTO,
    "",
    "Số:     /SM-VP                               Tỉnh Mẫu, ngày    tháng    năm 2025",
    "V/v rà soát hồ sơ mẫu",
    "",
    "          Kính gửi: Các phòng, đơn vị thuộc Sở Mẫu.",
    "",
    "Sở Mẫu đề nghị các phòng, đơn vị rà soát hồ sơ mẫu của năm, gửi về Văn phòng Sở",
    "trước ngày 15 hằng tháng. Đây là văn bản thử, mọi tên người và cơ quan đều không có thật.",
    "",
    "Nơi nhận:                                              GIÁM ĐỐC",
    "- Như trên;",
    "- Lưu: VT.",
    "                                                  Nguyễn Văn Thí Điểm",
]

DEPARTMENT_LETTER = [
    "Số:     /TTM-TTTH",
    "V/v giới thiệu tủ sách mẫu ở cơ sở",
    "",
    "Thủ đô Mẫu, ngày    tháng    năm 2023",
    "",
    "     Kính gửi: Sở Thông tin Mẫu các tỉnh, thành phố",
    "",
    "Thực hiện Kế hoạch số 01-KH/MAU về giới thiệu sách ở cơ sở, Cục Thông tin Mẫu đề nghị các Sở:",
    "",
    "1. Giới thiệu các nội dung sau:",
    " - Danh mục một trăm cuốn sách mẫu dành cho thư viện xã, phường.",
    " - Cách ghi sổ mượn, sổ trả và bảo quản sách.",
    "2. Phối hợp với các trường học mở buổi đọc sách hằng tuần.",
    "3. Gửi kết quả về Cục trước ngày 30 tháng 9.",
    "",
    "Trân trọng./.",
    "",
    "Nơi nhận:                                        KT. CỤC TRƯỞNG",
    "- Như trên;                                      PHÓ CỤC TRƯỞNG",
    "- Lãnh đạo Cục;",
    "- Lưu: VT.                                       Bùi Thị Minh Hoạ",
]

PARTY_LETTER = [
    "ĐẢNG BỘ TỈNH MẪU",
    "ĐẢNG ỦY KHỐI MẪU                              ĐẢNG CỘNG SẢN VIỆT NAM",
    "        *                              Tỉnh Mẫu, ngày 01 tháng 7 năm 2023",
    "Số 0000-CV/ĐUM",
    "V/v tổ chức hội thi kể chuyện mẫu",
    "",
    "     Kính gửi: Các chi bộ trực thuộc.",
    "",
    "Thực hiện Hướng dẫn số 00-HD/MAU, Ban Thường vụ Đảng uỷ Khối Mẫu đề nghị các chi bộ:",
    "",
    "1. Chọn mỗi chi bộ một người kể chuyện, mỗi chuyện không quá mười phút.",
    "2. Tổ chức vòng loại trong tháng 8, vòng cuối trong tháng 9.",
    "3. Gửi danh sách về Ban Tuyên giáo Đảng uỷ Khối Mẫu để tổng hợp.",
    "",
    "Nơi nhận:                                        T/M BAN THƯỜNG VỤ",
    "- Như kính gửi,                                      PHÓ BÍ THƯ",
    "- Lưu VP.",
    "                                                  Đặng Văn Giả Định",
]

PLAN_LETTER = [
    "Số:     /SVHM-QLVH",
    "Thành phố Mẫu, ngày    tháng    năm 2023",
    "V/v triển khai Kế hoạch số 000-KH/MAU về tuần lễ dân ca mẫu năm 2023",
    "",
    "     Kính gửi: - Các đơn vị trực thuộc Sở;",
    "               - Phòng Văn hóa Mẫu các huyện, thành phố.",
    "",
    "Thực hiện Công văn số 00-CV/MAU, Sở Văn hóa Mẫu yêu cầu các đơn vị thực hiện như sau:",
    "",
    "I. NỘI DUNG",
    "1. Nội dung trọng tâm",
    "1.1. Mỗi huyện chọn một làn điệu, dựng thành một tiết mục.",
    "1.2. Ghi âm, ghi hình, gửi bản ghi về Thư viện tỉnh.",
    "2. Nội dung kèm theo",
    "2.1. Trưng bày nhạc cụ, sách hát, ảnh tư liệu.",
    "",
    "II. HÌNH THỨC",
    "- Biểu diễn tại nhà văn hóa, trường học, chợ phiên.",
    "- Phát trên hệ thống truyền thanh cơ sở.",
    "",
    "III. TỔ CHỨC THỰC HIỆN",
    "Nhận được công văn này, các đơn vị triển khai thực hiện./.",
    "",
    "Nơi nhận:                                          KT.GIÁM ĐỐC",
    "- Như trên;                                        PHÓ GIÁM ĐỐC",
    "- Lưu: VT, QLVH.",
    "                                                   Mai Văn Ước Lệ",
]

GUIDANCE = [
    "                          HƯỚNG DẪN",
    "               sắp xếp phòng đọc và kho lưu trữ mẫu",
    "                           -----",
    "",
    "Ban Tuyên giáo Thành ủy Mẫu hướng dẫn công tác lưu trữ trên địa bàn như sau:",
    "I. MỤC ĐÍCH, YÊU CẦU",
    "1. Mọi hồ sơ có một chỗ, một số, một người giữ.",
    "2. Người đến đọc tìm được hồ sơ trong mười lăm phút.",
    "II. NỘI DUNG",
    *[
        f"{number}. Kho số {number}: kiểm kê, đánh số lại từng hộp, ghi vào sổ, đối chiếu với danh mục."
        for number in range(1, 41)
    ],
    "III. TỔ CHỨC THỰC HIỆN",
    "1. Các chi bộ xây dựng kế hoạch của mình trước ngày 30 tháng 6.",
    "2. Phòng Văn hoá Mẫu theo dõi, đôn đốc, tổng hợp.",
    "",
    "Nơi nhận:                                           TRƯỞNG BAN",
    "- Các chi bộ,",
    "- Lưu.                                             Hồ Thị Tượng Trưng",
]

OFFICE_LETTER = [
    "ỦY BAN NHÂN DÂN TỈNH MẪU",
    "PHÒNG VĂN HOÁ VÀ THÔNG TIN",
    "",
    "Số:            /VHTT",
    "V/v tuyên truyền về ngày hội sách mẫu năm 2023",
    "",
    *MOTTO,
    "",
    "Tỉnh Mẫu, ngày      tháng      năm 2023",
    "",
    "                   Kính gửi:",
    "               - Các phòng, ban, ngành, đoàn thể;",
    "               - UBND các xã, phường.",
    "",
    "Thực hiện Công văn số 000/SVHM-QLVH về ngày hội sách mẫu năm 2023, Phòng Văn hoá và",
    "Thông tin đề nghị các đơn vị treo khẩu hiệu, mở cửa thư viện, mời tác giả nói chuyện,",
    "lồng ghép với các hoạt động tại thiết chế văn hóa cơ sở./.",
    "",
    "Nơi nhận:",
    "- Như kính gửi;                                     TRƯỞNG PHÒNG",
    "- Lưu VT.",
    "                                                    Trần Thị Ví Dụ",
]
