"""The options of the commands, each with its words: Vietnamese first, then English."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from click import Choice

from sigcheck.reporting.blocks_report import BLOCK_FORMATS
from sigcheck.reporting.formats import FORMATS


class Language(StrEnum):
    VI = "vi"
    EN = "en"


Paths = Annotated[
    list[str],
    typer.Argument(metavar="PATH...", help="Tệp, thư mục, hoặc - · files, folders (recursively), or - for standard input."),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Ghi kết quả vào tệp · write the report to a file, whole or not at all."),
]
Lang = Annotated[Language, typer.Option("--lang", help="Ngôn ngữ của báo cáo · language of the text.")]
PasswordFile = Annotated[
    Path | None,
    typer.Option(
        "--password-file",
        metavar="FILE",
        help="Mật khẩu của văn bản mã hoá · password of encrypted documents, first line of a file.",
    ),
]
Personal = Annotated[
    bool, typer.Option("--show-personal-data", help="Hiện số CCCD/CMND · show national ID numbers, masked otherwise.")
]
NoPictures = Annotated[
    bool, typer.Option("--no-pictures", help="Trang HTML không có ảnh của văn bản · --format html without pictures of the pages.")
]
Redact = Annotated[
    bool,
    typer.Option(
        "--redact",
        help="Thay tên, thư điện tử và lời văn bằng bí danh · names, addresses and texts as pseudonyms, for reports that leave.",
    ),
]
RedactKey = Annotated[
    Path | None,
    typer.Option(
        "--redact-key", metavar="FILE", help="Khoá để bí danh ổn định · --redact with a key: the same pseudonyms in every report."
    ),
]
Debug = Annotated[
    bool, typer.Option("--debug", help="Chi tiết khi sigcheck tự gặp lỗi · show where a fault of sigcheck itself happened.")
]
Baseline = Annotated[
    Path | None,
    typer.Option("--baseline", metavar="FILE", help="Các vấn đề đã chấp nhận · accepted findings, which fail no run."),
]
FailOn = Annotated[
    str | None,
    typer.Option("--fail-on", metavar="STATE,…", help="Chỉ các trạng thái này là lỗi · only these states give an exit code."),
]
Form = Annotated[str, typer.Option("--format", click_type=Choice(list(FORMATS)), help="Dạng báo cáo · form of the report.")]
TrustFolder = Annotated[
    list[str] | None,
    typer.Option("--trust", metavar="DIR", help="Chỉ tin các gốc trong thư mục này · only the anchors in this folder."),
]
NoUserTrust = Annotated[
    bool,
    typer.Option("--no-user-trust", help="Bỏ qua gốc do người dùng thêm · leave out what `trust add` and `trust enable` added."),
]
PolicyName = Annotated[str, typer.Option("--policy", metavar="NAME|FILE", help="Chính sách · strict, archive, or a TOML file.")]
ProfileName = Annotated[
    str | None,
    typer.Option(
        "--profile",
        metavar="NAME|FILE",
        help="Loại văn bản · which signatures the kind of document must bear: any, issued, copy, appendix, or a TOML file.",
    ),
]
At = Annotated[
    str | None, typer.Option("--at", metavar="TIME", help="Xét tại thời điểm này · judge as of this time, ISO 8601 with offset.")
]
ReceivedAt = Annotated[
    str | None,
    typer.Option(
        "--received-at",
        metavar="TIME",
        help="Thời điểm lưu trữ tiếp nhận · the archive's own proof that the document existed then.",
    ),
]
ReceivedFrom = Annotated[
    Path | None,
    typer.Option("--received-from", metavar="FILE.csv", help="Bảng tiếp nhận · table with the columns sha256 and received_at."),
]
Offline = Annotated[bool, typer.Option("--offline", help="Không dùng mạng · never use the network.")]
Online = Annotated[bool, typer.Option("--online", help="Cho phép hỏi máy chủ thu hồi · revocation servers may be asked.")]
PrivateAddresses = Annotated[
    bool,
    typer.Option("--allow-private-addresses", help="Cho phép địa chỉ nội bộ · servers in private networks may be asked."),
]
RevocationStoreFile = Annotated[
    Path | None,
    typer.Option(
        "--revocation-store",
        metavar="FILE",
        help="Kho CRL và OCSP khác · another file of kept CRLs and OCSP responses than your own.",
    ),
]
NoRevocationStore = Annotated[
    bool, typer.Option("--no-revocation-store", help="Không dùng kho đó, không hỏi máy chủ · without it; nothing is asked.")
]
ExpectSigner = Annotated[
    list[str] | None,
    typer.Option(
        "--expect-signer", metavar="EMAIL", help="Phải có chữ ký của địa chỉ này · this address must have signed (repeatable)."
    ),
]
MinSignatures = Annotated[
    int, typer.Option("--min-signatures", metavar="N", min=0, help="Số người ký tối thiểu · at least N distinct signers.")
]
RequireTimestamp = Annotated[
    bool,
    typer.Option(
        "--require-timestamp", help="Chữ ký nào cũng phải có dấu thời gian · every signature needs a trusted time-stamp."
    ),
]
Evidence = Annotated[
    Path | None,
    typer.Option(
        "--evidence",
        metavar="FILE.zip",
        help="Lưu mọi căn cứ của kết quả, không kèm văn bản · keep what the verdict rests on, without the document.",
    ),
]
FromEvidence = Annotated[
    Path | None,
    typer.Option(
        "--from-evidence",
        metavar="FILE.zip",
        help="Dùng căn cứ đã lưu làm dữ liệu chưa được tin · take kept evidence as untrusted material.",
    ),
]
EvidenceDigest = Annotated[
    str | None,
    typer.Option(
        "--evidence-sha256",
        metavar="SHA256",
        help="Mã băm tệp căn cứ trong sổ lưu trữ: dùng cả gốc tin cậy, chính sách và thời điểm trong tệp · its digest from the "
        "archive's own log: its trust, policy and times count too.",
    ),
]
EvidenceFile = Annotated[
    Path, typer.Argument(metavar="EVIDENCE", help="Tệp căn cứ: .zip của --evidence, hoặc bản ghi .json · a bundle or a record.")
]
AnotherPolicy = Annotated[
    str | None,
    typer.Option("--policy", metavar="NAME|FILE", help="Chính sách khác với trong căn cứ · another policy than the record's."),
]
KnownDigest = Annotated[
    str | None,
    typer.Option(
        "--evidence-sha256", metavar="SHA256", help="Mã băm tệp căn cứ trong sổ lưu trữ · its digest from the archive's own log."
    ),
]
CompareForm = Annotated[
    str, typer.Option("--format", click_type=Choice(["text", "json", "html"]), help="Dạng kết quả · form of the output.")
]
BlocksForm = Annotated[
    str, typer.Option("--format", click_type=Choice(list(BLOCK_FORMATS)), help="Dạng kết quả · form of the output.")
]
