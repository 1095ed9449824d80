"""The words of `sigcheck trust sync`, in Vietnamese and English."""

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
    "sync-not-fetched": ("{address}: {reason}", "{address}: {reason}"),
    "sync-look-alike": (
        "TỪ CHỐI {path}: chứng thư {subject} mang tên của {name} nhưng có dấu vân tay khác ({sha256}, danh sách nêu {listed})",
        "REFUSED {path}: certificate {subject} bears the name of {name} with another fingerprint ({sha256}, listed is {listed})",
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
}
