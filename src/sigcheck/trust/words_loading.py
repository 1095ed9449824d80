"""The words of trust loading and of `sigcheck trust`, in Vietnamese and English: one row a sentence."""

from __future__ import annotations

LOADING_SENTENCES: dict[str, tuple[str, str]] = {
    # What stops loading; the command ends with exit code 2.
    "no-folder": ("{path}: không có thư mục chứng thư tin cậy này", "{path}: there is no such trust folder"),
    "no-anchor": (
        "{path}: không tìm thấy chứng thư gốc nào (đọc các tệp .pem .crt .cer .der .toml)",
        "{path}: no trust anchor found (files read: .pem .crt .cer .der .toml)",
    ),
    "no-shipped": (
        "không tìm thấy danh sách tin cậy đi kèm chương trình; hãy cài đặt lại sigcheck",
        "the trust list that comes with the program is missing; install sigcheck again",
    ),
    "nothing-on": (
        "mọi chứng thư gốc đều đang tắt; xem: sigcheck trust list",
        "every trust anchor is switched off; see: sigcheck trust list",
    ),
    "cannot-read": ("{path}: không đọc được: {reason}", "{path}: cannot be read: {reason}"),
    "cannot-write": ("{path}: không ghi được: {reason}", "{path}: cannot be written: {reason}"),
    "too-large": (
        "{path}: quá lớn đối với một tệp tin cậy (tối đa {limit} byte)",
        "{path}: too large for a trust file (at most {limit} bytes)",
    ),
    "not-toml": ("{path}: không phải TOML đúng: {reason}", "{path}: not TOML: {reason}"),
    "unknown-table": ("{path}: khoá lạ ở mức trên cùng: {key}", "{path}: unknown key at the top: {key}"),
    "not-tables": (
        "{path}: {key} phải là một dãy bảng, viết là [[{key}]]",
        "{path}: {key} has to be an array of tables, written [[{key}]]",
    ),
    "unknown-key": ("{path}: mục {name} có khoá lạ: {key}", "{path}: entry {name} has an unknown key: {key}"),
    "missing-key": ("{path}: mục {name} thiếu khoá {key}", "{path}: entry {name} lacks the key {key}"),
    "bad-value": (
        "{path}: mục {name}: giá trị của {key} không dùng được: {reason}",
        "{path}: entry {name}: the value of {key} cannot be used: {reason}",
    ),
    "not-a-certificate": ("{path}: không phải chứng thư X.509 đọc được", "{path}: not an X.509 certificate that can be read"),
    "several-certificates": (
        "{path}: có {count} chứng thư; hãy đưa từng chứng thư một",
        "{path}: holds {count} certificates; give one at a time",
    ),
    "fingerprint-differs": (
        "{path}: chứng thư {name} không khớp dấu vân tay SHA-256: đã nêu {stated}, thực tế {actual}",
        "{path}: certificate {name} does not match its SHA-256 fingerprint: stated {stated}, actual {actual}",
    ),
    "bad-fingerprint": (
        "dấu vân tay SHA-256 phải có 64 chữ số thập lục phân: {stated}",
        "a SHA-256 fingerprint has 64 hexadecimal digits: {stated}",
    ),
    "fact-differs": (
        "{path}: mục {name}: {key} không khớp với chứng thư của chính mục đó",
        "{path}: entry {name}: {key} does not agree with the entry's own certificate",
    ),
    "name-twice": (
        "tên {name} được dùng cho hai chứng thư khác nhau ({first}; {second})",
        "the name {name} stands for two different certificates ({first}; {second})",
    ),
    "listed-twice": (
        "chứng thư {sha256} được liệt kê hai lần với thông tin khác nhau ({first}; {second})",
        "certificate {sha256} is listed twice with different facts ({first}; {second})",
    ),
    "no-issuer": (
        "{path}: mục {name} nói được cấp bởi {issuer}, nhưng không có mục này",
        "{path}: entry {name} says it was issued by {issuer}, which is not listed",
    ),
    "issuer-loop": ("{path}: mục {name} nằm trong một vòng cơ quan cấp", "{path}: entry {name} is part of a circle of issuers"),
    "no-such-name": (
        "không có mục nào tên {name}; xem: sigcheck trust list",
        "no entry has the name {name}; see: sigcheck trust list",
    ),
    "parent-off": (
        "{name} nằm dưới {parent}, đang tắt; hãy bật trước: sigcheck trust enable {parent}",
        "{name} lies below {parent}, which is off; first: sigcheck trust enable {parent}",
    ),
    "issuer-signature": (
        "{path}: chứng thư nói do {issuer} cấp, nhưng chữ ký của {issuer} trên đó không đúng; không nhận",
        "{path}: the certificate says that {issuer} issued it, but the signature of {issuer} on it does not verify; refused",
    ),
    "bad-choice": ("{option} là {given}; chọn một trong: {choices}", "{option} is {given}; choose one of: {choices}"),
    "no-user-folder": (
        "người dùng này không có thư mục riêng (HOME) để lưu; hãy nêu thư mục bằng --user-folder",
        "this user has no home folder (HOME) to keep anything in; name a folder with --user-folder",
    ),
    "no-store-folder": (
        "người dùng này không có thư mục riêng (HOME) cho kho dữ liệu thu hồi; hãy nêu tệp bằng --revocation-store",
        "this user has no home folder (HOME) for the revocation store; name a file with --revocation-store",
    ),
    "not-asking-without-store": (
        "người dùng này không có thư mục riêng (HOME) cho kho dữ liệu thu hồi, nên không hỏi máy chủ nào; hãy nêu tệp bằng"
        " --revocation-store, hoặc dùng --offline",
        "this user has no home folder (HOME) for the revocation store, so no server is asked; name a file with"
        " --revocation-store, or use --offline",
    ),
    # What is said on standard error and stops nothing.
    "other-file": (
        "{path}: bỏ qua, không phải tệp .pem .crt .cer .der .toml",
        "{path}: left out, not a .pem .crt .cer .der .toml file",
    ),
    "sub-folder": ("{path}: bỏ qua, không đọc thư mục con", "{path}: left out, folders inside are not searched"),
    "no-certificate-inside": ("{path}: bỏ qua, không có chứng thư bên trong", "{path}: left out, there is no certificate in it"),
    "bare-in-user-folder": (
        "{path}: bỏ qua; hãy thêm bằng: sigcheck trust add TỆP --sha256 DẤU-VÂN-TAY",
        "{path}: left out; add it with: sigcheck trust add FILE --sha256 FINGERPRINT",
    ),
    "choice-without-entry": (
        "{path}: không có mục nào tên {name} (trong danh sách {key})",
        "{path}: no entry has the name {name} (listed under {key})",
    ),
    "certificate-without-entry": (
        "{path}: chứng thư {sha256} không thuộc mục nào trong danh sách; bỏ qua",
        "{path}: certificate {sha256} belongs to no entry of the list; left out",
    ),
    # trust list, trust show
    "sources": ("Nguồn", "Sources"),
    "source-shipped": ("đi kèm chương trình", "shipped"),
    "source-folder": ("thư mục chỉ định", "folder given"),
    "source-user": ("người dùng thêm", "added by the user"),
    "digest": ("Mã SHA-256 của danh sách đang bật", "SHA-256 of what is switched on"),
    "counts": (
        "{anchors} chứng thư gốc và {others} chứng thư bên dưới đang bật; {off} đang tắt",
        "{anchors} anchors and {others} certificates below them are on; {off} are off",
    ),
    "authority-government": ("Cơ quan chứng thực số chuyên dùng Chính phủ", "Government CA"),
    "authority-national": (
        "Cơ quan chứng thực số quốc gia và các tổ chức cung cấp dịch vụ",
        "National root and the public CAs below it",
    ),
    "authority-public": ("Tổ chức cung cấp dịch vụ chứng thực chữ ký số công cộng", "Public CA"),
    "authority-user": ("Do người dùng thêm", "Added by the user"),
    "on": ("bật", "on"),
    "off": ("TẮT", "OFF"),
    "very-high": ("rất chắc chắn", "very sure"),
    "high": ("chắc chắn", "sure"),
    "medium": ("kém chắc chắn", "less sure"),
    "has-certificate": ("có chứng thư đầy đủ", "whole certificate at hand"),
    "only-facts": ("chỉ có thông tin đã liệt kê", "listed facts only"),
    "why-default": ("theo mặc định", "by default"),
    "why-enabled": ("do người dùng bật", "enabled by the user"),
    "why-disabled": ("do người dùng tắt", "disabled by the user"),
    "why-less-sure": (
        "chưa đủ chắc chắn; bật bằng: sigcheck trust enable {name}",
        "not sure enough; switch on with: sigcheck trust enable {name}",
    ),
    "why-parent-off": ("cơ quan cấp đang tắt", "its issuer is off"),
    "no-path-limit": ("không giới hạn", "no limit"),
    "none": ("không có", "none"),
    "yes": ("có", "yes"),
    "no": ("không", "no"),
    "field-state": ("Trạng thái", "State"),
    "field-subject": ("Chủ thể", "Subject"),
    "field-issuer": ("Cơ quan cấp", "Issuer"),
    "field-anchor": ("chính nó là gốc tin cậy", "it is a trust anchor"),
    "field-authority": ("Hệ thống", "Authority"),
    "field-purposes": ("Dùng cho", "Purposes"),
    "field-period": ("Hiệu lực", "Period"),
    "field-sha256": ("SHA-256", "SHA-256"),
    "field-serial": ("Số sê-ri", "Serial number"),
    "field-key": ("Khoá công khai, SHA-256", "Public key, SHA-256"),
    "field-ski": ("Định danh khoá", "Key identifier"),
    "field-is-ca": ("Là cơ quan chứng thực (CA)", "Is a CA"),
    "field-path-length": ("Độ dài đường dẫn", "Path length"),
    "field-key-usage": ("Mục đích khoá", "Key usage"),
    "field-eku": ("Mục đích khoá mở rộng", "Extended key usage"),
    "field-crl": ("CRL", "CRL"),
    "field-ocsp": ("OCSP", "OCSP"),
    "field-certificate-urls": ("Tệp chứng thư tại", "Its file is at"),
    "field-signature-hash": ("Hàm băm của chữ ký trên chứng thư", "Hash of its own signature"),
    "field-certificate": ("Chứng thư đầy đủ", "Whole certificate"),
    "field-sureness": ("Độ chắc chắn", "Sureness"),
    "field-publisher": ("Nơi công bố", "Publisher"),
    "field-confirmed": ("Đã đối chiếu ở (tiếng Anh)", "Confirmed in"),
    "field-source": ("Tệp", "File"),
    "purpose-signer": ("chữ ký", "signatures"),
    "purpose-timestamp": ("dấu thời gian", "time-stamps"),
    # trust add, enable, disable
    "will-complete": (
        "Chứng thư này khớp mục {name}. Sẽ lưu chứng thư đầy đủ để liên kết được chứng minh bằng chữ ký.",
        "This certificate matches the entry {name}. The whole certificate will be kept, so that links are proven by signature.",
    ),
    "will-anchor": (
        "Sẽ thêm GỐC TIN CẬY MỚI {name} ({subject}), hệ thống: {authority}, dùng cho: {purposes}."
        " Chữ ký dẫn tới gốc này sẽ được chấp nhận.",
        "A NEW TRUST ANCHOR {name} ({subject}) will be added, authority: {authority}, purposes: {purposes}."
        " Signatures that lead to it will be accepted.",
    ),
    "will-sub-ca": (
        "Sẽ thêm CA trung gian {name} ({subject}) dưới {issuer} (chữ ký của {issuer} trên chứng thư đã được kiểm tra),"
        " dùng cho: {purposes}.",
        "The intermediate CA {name} ({subject}) will be added below {issuer} (whose signature on it was verified),"
        " purposes: {purposes}.",
    ),
    "already-there": ("Đã có sẵn: {path}. Không thay đổi gì.", "Already there: {path}. Nothing was changed."),
    "written": ("Đã ghi: {path}", "Written: {path}"),
    "not-written": ("Chỉ xem trước (--dry-run): chưa ghi gì.", "Preview only (--dry-run): nothing was written."),
    "still-off": (
        "Mục này vẫn đang tắt. Bật bằng: sigcheck trust enable {name}",
        "The entry is still off. Switch it on with: sigcheck trust enable {name}",
    ),
    "enabled": (
        "Đã bật {name} ({count} mục, kể cả các mục bên dưới).",
        "{name} is on ({count} entries, those below it included).",
    ),
    "disabled": (
        "Đã tắt {name} ({count} mục, kể cả các mục bên dưới).",
        "{name} is off ({count} entries, those below it included).",
    ),
    "unchanged-on": ("{name} vốn đang bật. Không thay đổi gì.", "{name} is on already. Nothing was changed."),
    "unchanged-off": ("{name} vốn đang tắt. Không thay đổi gì.", "{name} is off already. Nothing was changed."),
    # trust check
    "check-fact": ("{name}: {key} trong danh sách khác với chứng thư", "{name}: {key} in the list differs from the certificate"),
    "check-subject": (
        "{name}: tên đọc được ({subject}) khác với tên mã hoá ({decoded})",
        "{name}: the readable name ({subject}) differs from the encoded one ({decoded})",
    ),
    "check-key": ("{name}: khoá công khai không dùng được", "{name}: the public key cannot be used"),
    "check-ski": (
        "{name}: định danh khoá không được tạo theo cách thường dùng (RFC 5280, 4.2.1.2); được phép, cần xem",
        "{name}: the key identifier is not made in a usual way (RFC 5280, 4.2.1.2); allowed, worth a look",
    ),
    "check-period": ("{name}: thời hạn bị đảo ngược", "{name}: its period is reversed"),
    "check-issuer-ca": (
        "{name}: cơ quan cấp {issuer} không phải CA được ký chứng thư",
        "{name}: its issuer {issuer} is no CA that may sign certificates",
    ),
    "check-path-length": (
        "{name}: độ dài đường dẫn của {issuer} không cho phép CA bên dưới",
        "{name}: the path length of {issuer} allows no CA below it",
    ),
    "check-signature": (
        "{name}: chữ ký của {issuer} trên chứng thư không đúng",
        "{name}: the signature of {issuer} on its certificate does not verify",
    ),
    "check-issuer-name": (
        "{name}: chứng thư nêu cơ quan cấp khác ({found})",
        "{name}: its certificate names another issuer ({found})",
    ),
    "check-summary": (
        "Đã kiểm tra {entries} mục, {certificates} có chứng thư đầy đủ,"
        " {links} liên kết được chứng minh bằng chữ ký: {problems} vấn đề.",
        "Checked {entries} entries, {certificates} with their whole certificate,"
        " {links} links proven by signature: {problems} problems.",
    ),
    "problem": ("VẤN ĐỀ", "PROBLEM"),
    "note": ("Ghi chú", "Note"),
}
