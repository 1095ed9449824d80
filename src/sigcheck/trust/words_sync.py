"""The words of `sigcheck trust sync`, and of look-alikes that are added, in Vietnamese and English."""

from __future__ import annotations

SYNC_SENTENCES: dict[str, tuple[str, str]] = {
    "sync-present": ("Đã có sẵn   {name}", "Already there  {name}"),
    "sync-taken": ("Đã lấy      {name} từ {source}", "Taken          {name} from {source}"),
    "sync-missing": ("Chưa có     {name}: {reason}", "Not obtained   {name}: {reason}"),
    "sync-not-in-folder": ("không có trong thư mục đã nêu", "not in the folder given"),
    "sync-no-address": (
        "danh sách không nêu địa chỉ tệp chứng thư; hãy tải từ nơi công bố rồi dùng --from",
        "the list states no address of its file; download it from its publisher and use --from",
    ),
    "sync-other-certificate": (
        "{address}: có chứng thư, nhưng không phải chứng thư này",
        "{address}: a certificate is there, not this one",
    ),
    "sync-nothing-there": (
        "{address}: không có chứng thư nào đọc được",
        "{address}: no certificate that can be read is there",
    ),
    "sync-look-alike": (
        "TỪ CHỐI {path}: chứng thư {subject} mang tên của {name} nhưng có dấu vân tay khác ({sha256}, danh sách nêu {listed})",
        "REFUSED {path}: certificate {subject} bears the name of {name} with another fingerprint ({sha256}, listed is {listed})",
    ),
    "add-look-alike-refused": (
        "TỪ CHỐI {path}: chứng thư {subject} mang tên giống {name} nhưng có khoá khác (dấu vân tay {sha256},"
        " danh sách nêu {listed}). Nếu đã hỏi chính bên công bố và chắc chắn, hãy thêm --yes.",
        "REFUSED {path}: certificate {subject} bears a name that looks like {name} and has another key (fingerprint {sha256},"
        " listed is {listed}). If you asked its publisher and are sure, add --yes.",
    ),
    "add-look-alike": (
        "CẢNH BÁO {path}: chứng thư {subject} mang tên giống {name} nhưng có khoá khác (dấu vân tay {sha256},"
        " danh sách nêu {listed})",
        "WARNING {path}: certificate {subject} bears a name that looks like {name} and has another key (fingerprint {sha256},"
        " listed is {listed})",
    ),
    "sync-address-false": (
        "TỪ CHỐI {address}: chứng thư tại đây không có dấu vân tay của {name} ({sha256})",
        "REFUSED {address}: the certificate there does not have the fingerprint of {name} ({sha256})",
    ),
    "sync-strangers": (
        "Bỏ qua {count} chứng thư không thuộc mục nào trong danh sách",
        "Left out {count} certificates that belong to no entry of the list",
    ),
    "sync-no-certificate": ("{path}: bỏ qua, không có chứng thư đọc được", "{path}: left out, no certificate in it can be read"),
    "sync-too-many-files": (
        "{path}: chỉ đọc {limit} tệp đầu tiên",
        "{path}: only the first {limit} files were read",
    ),
    "sync-summary": (
        "{taken} chứng thư đã lấy, {present} đã có sẵn, {missing} chưa có, {refused} bị từ chối.",
        "{taken} taken, {present} already there, {missing} not obtained, {refused} refused.",
    ),
    # Why an address gave nothing; one for each reason of the fetching layer.
    "fetch-scheme": ("{address}: không phải địa chỉ http hay https{detail}", "{address}: neither http nor https{detail}"),
    "fetch-address": ("{address}: không phải địa chỉ có thể hỏi{detail}", "{address}: no address that can be asked{detail}"),
    "fetch-server-not-allowed": (
        "{address}: máy chủ chuyển hướng sang nơi không được nêu trong danh sách{detail}",
        "{address}: it redirects to a server that the list does not name{detail}",
    ),
    "fetch-address-forbidden": (
        "{address}: địa chỉ nằm trong mạng nội bộ; chỉ hỏi khi có --allow-private-addresses{detail}",
        "{address}: its host lies in a private network; asked only with --allow-private-addresses{detail}",
    ),
    "fetch-not-resolved": ("{address}: không tìm thấy máy chủ{detail}", "{address}: its host was not found{detail}"),
    "fetch-no-connection": ("{address}: không kết nối được{detail}", "{address}: no connection{detail}"),
    "fetch-tls": (
        "{address}: chứng thư TLS của máy chủ không được chấp nhận{detail}",
        "{address}: the server's own TLS certificate was not accepted{detail}",
    ),
    "fetch-timed-out": ("{address}: máy chủ trả lời quá chậm{detail}", "{address}: it took too long{detail}"),
    "fetch-broken-off": ("{address}: kết nối bị ngắt giữa chừng{detail}", "{address}: the connection broke off{detail}"),
    "fetch-not-http": ("{address}: câu trả lời không phải HTTP{detail}", "{address}: the answer is no HTTP{detail}"),
    "fetch-http-error": ("{address}: máy chủ báo lỗi{detail}", "{address}: the server reports an error{detail}"),
    "fetch-encoded": (
        "{address}: câu trả lời bị nén, không được chấp nhận{detail}",
        "{address}: the answer is compressed, which was not accepted{detail}",
    ),
    "fetch-too-large": ("{address}: câu trả lời quá lớn{detail}", "{address}: the answer is too large{detail}"),
    "fetch-header-too-large": (
        "{address}: phần đầu câu trả lời quá lớn{detail}",
        "{address}: the header of the answer is too large{detail}",
    ),
    "fetch-redirects": (
        "{address}: chuyển hướng quá nhiều hoặc sai cách{detail}",
        "{address}: too many redirects, or false ones{detail}",
    ),
    "fetch-server-failed-before": (
        "{address}: máy chủ đã không trả lời trước đó{detail}",
        "{address}: the server failed earlier in this run{detail}",
    ),
    "fetch-run-over": (
        "{address}: đã hết thời gian dành cho cả lượt{detail}",
        "{address}: the time of the whole run is spent{detail}",
    ),
}
