"""The options of `sigcheck audit`, loaded only when it is called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sigcheck.cli_clock import clock
from sigcheck.cli_ending import ending
from sigcheck.cli_options import (
    At,
    Baseline,
    Debug,
    ExpectSigner,
    FailOn,
    Form,
    Lang,
    Language,
    MinSignatures,
    NoRevocationStore,
    NoUserTrust,
    Offline,
    Online,
    Output,
    PasswordFile,
    PolicyName,
    PrivateAddresses,
    ProfileName,
    ReceivedAt,
    ReceivedFrom,
    Redact,
    RedactKey,
    RequireTimestamp,
    RevocationStoreFile,
    TrustFolder,
)

audit_app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

Sources = Annotated[
    list[str] | None,
    typer.Argument(metavar="[SOURCE]...", help="Tệp, thư mục, zip, tar, s3://, sftp:// · files, folders, archives, stores."),
]
FilesFrom = Annotated[
    str | None,
    typer.Option(
        "--files-from", metavar="FILE", help="Danh sách nguồn, mỗi dòng một · a source on each line; - is standard input."
    ),
]
NullSeparated = Annotated[
    bool, typer.Option("-0", "--null", help="Danh sách cách nhau bằng byte 0 · its entries end in a null byte: find -print0.")
]
NoArchives = Annotated[bool, typer.Option("--no-archives", help="Không mở zip, tar · do not look into zip and tar archives.")]
Store = Annotated[
    Path, typer.Option("--store", metavar="FILE", help="Kho kết quả · the result store; made when it is not there.")
]
Workers = Annotated[
    int, typer.Option("--workers", metavar="N", min=0, help="Số tiến trình · worker processes; 0: one for each processor.")
]
Seconds = Annotated[
    float, typer.Option("--timeout", metavar="SECONDS", min=0.1, help="Thời gian tối đa cho một văn bản · for one document.")
]
Memory = Annotated[
    int, typer.Option("--memory", metavar="MB", min=0, help="Bộ nhớ cho một tiến trình · of one worker; 0: not limited.")
]
OlderThan = Annotated[
    str | None,
    typer.Option("--older-than", metavar="AGE", help="Kiểm tra lại kết quả cũ hơn · check again what is older: 3y, 6m, 2w, 90d."),
]
Full = Annotated[bool, typer.Option("--full", help="Đọc và kiểm tra lại tất cả · read and check everything again.")]
UpdateBaseline = Annotated[
    bool, typer.Option("--update-baseline", help="Chấp nhận mọi vấn đề hiện có · accept what decides now, into --baseline FILE.")
]
PruneBaseline = Annotated[
    bool, typer.Option("--prune-baseline", help="Bỏ những mục không còn gặp · drop accepted findings that are gone.")
]
ChangedSince = Annotated[
    str | None,
    typer.Option("--changed-since", metavar="REV", help="Chỉ tệp khác với phiên bản git này · only files that differ in git."),
]

TimestampLog = Annotated[
    str | None,
    typer.Option("--timestamp-log", metavar="URL", help="Đóng dấu thời gian cho nhật ký · time-stamp the log's head (RFC 3161)."),
]
Cluster = Annotated[
    str | None,
    typer.Option("--cluster", metavar="ADDRESS", help="Cụm Dask · a Dask scheduler's address or file: docs/cluster.md."),
]
NoEvidenceDigests = Annotated[
    bool,
    typer.Option("--no-evidence-digests", help="Không giữ mã băm của căn cứ · leave out the digest of each document's evidence."),
]


@audit_app.command()
def audit(
    sources: Sources = None,
    files_from: FilesFrom = None,
    null_separated: NullSeparated = False,
    no_archives: NoArchives = False,
    store: Store = Path("sigcheck-results.sqlite"),
    form: Form = "text",
    output: Output = None,
    workers: Workers = 0,
    timeout: Seconds = 120.0,
    memory: Memory = 2048,
    older_than: OlderThan = None,
    full: Full = False,
    fail_on: FailOn = None,
    baseline: Baseline = None,
    update_baseline: UpdateBaseline = False,
    prune_baseline: PruneBaseline = False,
    changed_since: ChangedSince = None,
    trust: TrustFolder = None,
    no_user_trust: NoUserTrust = False,
    policy: PolicyName = "strict",
    profile: ProfileName = None,
    at: At = None,
    received_at: ReceivedAt = None,
    received_from: ReceivedFrom = None,
    expect_signer: ExpectSigner = None,
    min_signatures: MinSignatures = 0,
    require_timestamp: RequireTimestamp = False,
    revocation_store: RevocationStoreFile = None,
    no_revocation_store: NoRevocationStore = False,
    lang: Lang = Language.VI,
    password_file: PasswordFile = None,
    online: Online = False,
    offline: Offline = False,
    allow_private_addresses: PrivateAddresses = False,
    redact: Redact = False,
    redact_key: RedactKey = None,
    no_evidence_digests: NoEvidenceDigests = False,
    timestamp_log: TimestampLog = None,
    cluster: Cluster = None,
    debug: Debug = False,
) -> None:
    """Kiểm tra cả kho lưu trữ, tiếp tục từ chỗ đã dừng · check an archive, continued where it stopped."""
    with ending(lang, debug):
        from sigcheck.cli_audit import audit as run  # noqa: PLC0415 - loaded with the command
        from sigcheck.cli_audit_question import AuditOptions  # noqa: PLC0415 - loaded with the command
        from sigcheck.cli_baseline import BaselineOptions  # noqa: PLC0415 - loaded with the command

        code = run(
            AuditOptions(
                sources=tuple(sources or ()),
                files_from=files_from,
                null_separated=null_separated,
                archives=not no_archives,
                store=store,
                form=form,
                output=output,
                workers=workers,
                seconds=timeout,
                memory=memory,
                older_than=older_than,
                full=full,
                fail_on=fail_on,
                baseline=BaselineOptions(baseline, update_baseline, prune_baseline, partly=changed_since is not None),
                changed_since=changed_since,
                trust=tuple(trust or ()),
                user_trust=not no_user_trust,
                policy=policy,
                profile=profile,
                at=at,
                received_at=received_at,
                received_from=received_from,
                expect_signers=tuple(expect_signer or ()),
                min_signatures=min_signatures,
                require_timestamp=require_timestamp,
                revocation_store=revocation_store,
                no_revocation_store=no_revocation_store,
                language=lang,
                password_file=password_file,
                online=online,
                offline=offline,
                allow_private=allow_private_addresses,
                redact=redact,
                redact_key=redact_key,
                evidence_digests=not no_evidence_digests,
                timestamp_log=timestamp_log,
                cluster=cluster,
                debug=debug,
            ),
            clock,
        )
        raise typer.Exit(code)
