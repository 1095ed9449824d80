"""The words about trusted lists (ETSI TS 119 612), in Vietnamese and English."""

from __future__ import annotations

LIST_SENTENCES: dict[str, tuple[str, str]] = {
    # What makes a list unusable.
    "list-not-xml": ("{path}: không phải XML UTF-8 đúng: {reason}", "{path}: not UTF-8 XML: {reason}"),
    "list-doctype": (
        "{path}: từ chối, có khai báo DOCTYPE hoặc thực thể; danh sách tin cậy không bao giờ cần đến",
        "{path}: refused, it declares a document type or entities, which no trusted list needs",
    ),
    "list-not-a-list": (
        "{path}: không phải danh sách tin cậy theo ETSI TS 119 612",
        "{path}: not a trusted list of ETSI TS 119 612",
    ),
    "list-not-signed": ("{path}: danh sách tin cậy không được ký", "{path}: the trusted list is not signed"),
    "list-wrong-signer": (
        "{path}: không phải do bên được nêu ký: cần chứng thư {expected}, chữ ký nêu {actual}",
        "{path}: signed by somebody else: certificate {expected} is needed, the signature names {actual}",
    ),
    "list-signature": (
        "{path}: chữ ký trên danh sách tin cậy không đúng: {reason}",
        "{path}: the signature on the trusted list does not verify: {reason}",
    ),
    "list-not-covered": (
        "{path}: chữ ký không bao trùm toàn bộ danh sách; từ chối",
        "{path}: the signature does not cover the whole list; refused",
    ),
    "list-signer-period": (
        "{path}: danh sách phát hành lúc {issued}, ngoài thời hạn chứng thư của bên ký {signer}",
        "{path}: the list was issued at {issued}, outside the period of its signer's certificate, {signer}",
    ),
    "list-of-lists": (
        "{path}: là danh sách của các danh sách; sigcheck không đọc loại này, hãy thêm từng danh sách quốc gia",
        "{path}: a list of lists, which sigcheck does not read; add the country's own list",
    ),
    "list-field": ("{path}: trường {field} thiếu hoặc không đọc được", "{path}: the field {field} is missing or cannot be read"),
    "list-needs-extra": (
        "{path}: cần thêm thư viện signxml để kiểm tra danh sách tin cậy: pip install 'sigcheck[tsl]'",
        "{path}: the library signxml is needed to check a trusted list: pip install 'sigcheck[tsl]'",
    ),
    "list-expired": (
        "{path}: danh sách tin cậy (số {sequence}) đã quá hạn cập nhật {until}; không dùng gốc nào chỉ có trong đó",
        "{path}: the trusted list (no. {sequence}) was to be replaced by {until}; no anchor that only it names is used",
    ),
    "list-closed": (
        "{path}: danh sách tin cậy (số {sequence}) đã đóng; không dùng gốc nào chỉ có trong đó",
        "{path}: the trusted list (no. {sequence}) is closed; no anchor that only it names is used",
    ),
    "list-older": (
        "{path}: danh sách số {sequence} cũ hơn danh sách số {known} đã có; không nhận",
        "{path}: list no. {sequence} is older than no. {known}, which is there already; refused",
    ),
    "list-options": (
        "với --tsl: không nêu tệp chứng thư hay --sha256; cần --signer-sha256",
        "with --tsl: give no certificate file and no --sha256; --signer-sha256 is needed",
    ),
    "file-options": (
        "cần tệp chứng thư và --sha256, hoặc --tsl và --signer-sha256",
        "a certificate file and --sha256 are needed, or --tsl and --signer-sha256",
    ),
    # What a list holds.
    "source-trusted-list": ("danh sách tin cậy", "trusted list"),
    "list-head": (
        "Danh sách tin cậy: {scheme} ({operator}), số {sequence}, phát hành {issued}, cập nhật kế tiếp {until}",
        "Trusted list: {scheme} ({operator}), no. {sequence}, issued {issued}, next update {until}",
    ),
    "list-signed-by": ("Người ký: {signer}, SHA-256 {sha256}", "Signed by: {signer}, SHA-256 {sha256}"),
    "list-used": (
        "Dịch vụ {name}: {subject}, dùng cho: {purposes}, được công nhận: {periods}",
        "Service {name}: {subject}, purposes: {purposes}, honoured: {periods}",
    ),
    "list-already-listed": (
        "Dịch vụ {name}: {subject} đã có trong danh sách ({entry}); giữ nguyên mục đó, trừ những lúc dịch vụ đã bị rút",
        "Service {name}: {subject} is listed already ({entry}); that entry stays, but for times at which this list says it ended",
    ),
    "list-no-certificate": (
        "Dịch vụ {name}: chỉ nêu định danh khoá, không có chứng thư; chỉ dùng để hạn chế mục đã có",
        "Service {name}: names a key identifier and no certificate; it can only narrow an entry that is listed already",
    ),
    "list-counts": (
        "{services} dịch vụ được dùng, {unused} không dùng",
        "{services} services used, {unused} not used",
    ),
    "list-anchors": (
        "Sẽ thêm CÁC GỐC TIN CẬY theo danh sách này. Chữ ký dẫn tới chúng sẽ được chấp nhận trong những thời gian nêu trên.",
        "THE TRUST ANCHORS of this list will be added. Signatures that lead to them will be accepted for the times above.",
    ),
    "service-type": (
        "Không dùng {name}: loại dịch vụ {type} không phải là gốc cho chữ ký hay dấu thời gian",
        "Not used, {name}: the service type {type} makes no anchor for signatures or time-stamps",
    ),
    "service-web": ("Không dùng {name}: chỉ dành cho trang web", "Not used, {name}: for web sites only"),
    "service-critical": (
        "Không dùng {name}: có phần mở rộng bắt buộc chưa biết: {extension}",
        "Not used, {name}: it has a critical extension that is not known: {extension}",
    ),
    "service-status": (
        "Không dùng {name}: trạng thái hoặc thời điểm không đọc được: {found}",
        "Not used, {name}: a status or time that cannot be read: {found}",
    ),
    "service-identity": (
        "Không dùng {name}: không nêu chứng thư hay định danh khoá đọc được",
        "Not used, {name}: it names no certificate and no key identifier that can be read",
    ),
    "field-honoured": ("Được danh sách tin cậy công nhận", "Honoured by the trusted list"),
    "honoured-always": ("không giới hạn", "not limited"),
    "honoured-never": ("không lúc nào", "never"),
    "honoured-period": ("{purpose} {start} – {end}", "{purpose} {start} – {end}"),
    "list-has-closed": ("không có, danh sách đã đóng", "none, the list is closed"),
    "honoured-now": ("nay", "now"),
}
