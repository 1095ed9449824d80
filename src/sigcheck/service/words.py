"""What the service says to people, Vietnamese first; reports have their words elsewhere."""

from __future__ import annotations

from typing import Final

LANGUAGES: Final = ("vi", "en")
SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "bad-request": ("Yêu cầu không đúng cú pháp HTTP.", "The request is not well-formed."),
    "bad-option": (
        "Tuỳ chọn {name} không nhận giá trị {given}; {allowed}.",
        "The option {name} does not take {given}; {allowed}.",
    ),
    "bad-form": (
        "Không đọc được biểu mẫu: cần multipart/form-data với đúng một tệp (nhiều tệp chỉ ở trang web).",
        "The form cannot be read: it has to be multipart/form-data with exactly one file (several only on the page).",
    ),
    "cut-off": ("Tệp gửi lên bị ngắt giữa chừng.", "The upload was cut off."),
    "other-origin": (
        "Yêu cầu đến từ một trang web khác nên bị từ chối.",
        "The request comes from another web site and is refused.",
    ),
    "not-found": ("Không có địa chỉ này.", "There is nothing at this address."),
    "method-not-allowed": ("Địa chỉ này không nhận phương thức đó.", "This address does not take that method."),
    "too-slow": ("Tệp gửi lên quá chậm.", "The upload took too long."),
    "too-large": ("Tệp lớn hơn giới hạn {megabytes} MB.", "The file is larger than the limit of {megabytes} MB."),
    "media-type": (
        "Không nhận kiểu nội dung {given}; cần application/pdf hoặc multipart/form-data, không nén.",
        "Content of the kind {given} is not taken; it has to be application/pdf or multipart/form-data, not compressed.",
    ),
    "other-host": (
        "Máy này không phục vụ tên {given} (xem --allow-host).",
        "This service does not answer for the name {given} (see --allow-host).",
    ),
    "fault": (
        "sigcheck tự gặp lỗi ở văn bản này. Văn bản chưa được kiểm tra.",
        "sigcheck itself failed at this document. It was not checked.",
    ),
    "busy": (
        "Đang có quá nhiều tệp; xin gửi lại sau {seconds} giây.",
        "There are too many files at the moment; come again in {seconds} seconds.",
    ),
    "store-unusable": ("Không đọc được kho dữ liệu thu hồi.", "The revocation store cannot be read."),
    "page-title": ("Kiểm tra chữ ký số", "Check digital signatures"),
    "page-drop": ("Thả một hay nhiều tệp PDF vào đây", "Drop one or several PDF files here"),
    "page-intro": (
        "Xem chữ ký số chứng minh được điều gì. Tệp được kiểm tra ngay trên máy chủ này rồi bỏ đi, không lưu lại.",
        "See what their signatures prove. Files are checked on this server and then forgotten; nothing is kept.",
    ),
    "page-choose": ("Chọn tệp PDF", "Choose PDF files"),
    "page-check": ("Kiểm tra", "Check"),
    "page-language": ("English", "Tiếng Việt"),
    "page-limit": ("Mỗi tệp không quá {megabytes} MB.", "At most {megabytes} MB for a file."),
    "page-judged": ("Chính sách: {policy}.", "Policy: {policy}."),
    "page-answers": ("Kết quả", "Answers"),
    "page-waiting": ("đang chờ", "waiting"),
    "page-sending": ("đang gửi", "sending"),
    "page-checking": ("đang kiểm tra", "checking"),
    "page-unreachable": ("Không gửi được tệp tới máy chủ.", "The file could not be sent to the server."),
    "page-refused": ("chưa kiểm tra", "not checked"),
    "page-summary": ("Báo cáo", "Report"),
    "page-json": ("Tải báo cáo JSON", "Download the report as JSON"),
    "page-report": ("Tải báo cáo HTML", "Download the report as HTML"),
    "page-again": ("Gửi lại", "Send again"),
    "page-clear": ("Xoá danh sách", "Clear the list"),
    "page-large": ("Tệp lớn hơn giới hạn {megabytes} MB.", "The file is larger than the limit of {megabytes} MB."),
    "page-no-file": ("Chưa chọn tệp nào.", "No file was chosen."),
    "listening": ("sigcheck: đang phục vụ tại {address} (Ctrl-C để dừng)", "sigcheck: serving at {address} (Ctrl-C ends it)"),
    "not-loopback": (
        "sigcheck: cảnh báo: {host} không phải địa chỉ của riêng máy này: ai tới được địa chỉ đó đều gửi tệp được, và không có "
        "mã hoá đường truyền nếu không đặt sau một proxy TLS",
        "sigcheck: warning: {host} is not an address of this machine alone: whoever reaches it can send files, and nothing is "
        "encrypted on the way unless a TLS proxy stands in front",
    ),
    "cannot-listen": ("không mở được cổng {port} ở {host}: {detail}", "cannot listen on port {port} of {host}: {detail}"),
    "extra-missing": (
        "cần phần bổ sung: pip install 'sigcheck[serve]' ({detail})",
        "needs an extra: pip install 'sigcheck[serve]' ({detail})",
    ),
    "worker-fault": ("sigcheck: tự gặp lỗi ở một văn bản: {detail}", "sigcheck: failed itself at a document: {detail}"),
}


def sentence(key: str, language: str, **values: object) -> str:
    """The sentence in a language, its places filled."""
    return SENTENCES[key][LANGUAGES.index(language)].format(**values)
