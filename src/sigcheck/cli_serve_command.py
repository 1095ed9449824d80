"""The options of `sigcheck serve`, loaded only when it is called."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from sigcheck.cli_clock import clock
from sigcheck.cli_ending import ending
from sigcheck.cli_options import (
    At,
    Debug,
    ExpectSigner,
    Lang,
    Language,
    MinSignatures,
    NoRevocationStore,
    NoUserTrust,
    PolicyName,
    ProfileName,
    ReceivedAt,
    RequireTimestamp,
    RevocationStoreFile,
    TrustFolder,
)

serve_app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

Host = Annotated[str, typer.Option("--host", help="Địa chỉ để lắng nghe · where to listen; only this machine unless told.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="Cổng · port; 0: any that is free.")]
AllowHost = Annotated[
    list[str] | None,
    typer.Option("--allow-host", metavar="NAME", help="Tên miền được phục vụ · a host name to answer for (repeatable)."),
]
Offline = Annotated[
    bool, typer.Option("--offline", help="Không dùng mạng (luôn như vậy) · never ask servers; a service never does.")
]
MaxSize = Annotated[int, typer.Option("--max-size", metavar="MB", min=1, max=2048, help="Cỡ tối đa của tệp · of one file.")]
Seconds = Annotated[
    float, typer.Option("--timeout", metavar="SECONDS", min=0.1, help="Thời gian tối đa cho một văn bản · for one document.")
]
UploadSeconds = Annotated[
    float, typer.Option("--upload-timeout", metavar="SECONDS", min=0.1, help="Thời gian gửi tệp · for one upload.")
]
Workers = Annotated[
    int, typer.Option("--workers", metavar="N", min=0, help="Số tiến trình · worker processes; 0: one for each processor.")
]
Memory = Annotated[
    int, typer.Option("--memory", metavar="MB", min=0, help="Bộ nhớ cho một tiến trình · of one worker; 0: not limited.")
]
Waiting = Annotated[
    int, typer.Option("--max-uploads", metavar="N", min=1, help="Số tệp nhận cùng lúc · uploads at once, waiting ones included.")
]


@serve_app.command()
def serve(
    host: Host = "127.0.0.1",
    port: Port = 8765,
    allow_host: AllowHost = None,
    max_size: MaxSize = 32,
    timeout: Seconds = 30.0,
    upload_timeout: UploadSeconds = 120.0,
    workers: Workers = 0,
    memory: Memory = 2048,
    max_uploads: Waiting = 64,
    trust: TrustFolder = None,
    no_user_trust: NoUserTrust = False,
    policy: PolicyName = "strict",
    profile: ProfileName = None,
    at: At = None,
    received_at: ReceivedAt = None,
    expect_signer: ExpectSigner = None,
    min_signatures: MinSignatures = 0,
    require_timestamp: RequireTimestamp = False,
    offline: Offline = False,  # noqa: ARG001 - there is no other way
    revocation_store: RevocationStoreFile = None,
    no_revocation_store: NoRevocationStore = False,
    lang: Lang = Language.VI,
    debug: Debug = False,
) -> None:
    """Dịch vụ và trang web trên máy này · the local service and page."""
    with ending(lang, debug):
        from sigcheck.cli_serve import MEGABYTE, ServeOptions  # noqa: PLC0415 - loaded with the command
        from sigcheck.cli_serve import serve as run  # noqa: PLC0415 - loaded with the command
        from sigcheck.service.limits import ServiceLimits  # noqa: PLC0415 - loaded with the command

        limits = ServiceLimits(
            file_octets=max_size * MEGABYTE,
            check_seconds=timeout,
            upload_seconds=upload_timeout,
            waiting=max_uploads,
            workers=workers or _processors(),
            worker_memory=memory * MEGABYTE or None,
        )
        options = ServeOptions(
            host=host,
            port=port,
            allowed_hosts=tuple(allow_host or ()),
            limits=limits,
            trust=tuple(trust or ()),
            user_trust=not no_user_trust,
            policy=policy,
            profile=profile,
            at=at,
            received_at=received_at,
            expect_signers=tuple(expect_signer or ()),
            min_signatures=min_signatures,
            require_timestamp=require_timestamp,
            revocation_store=revocation_store,
            no_revocation_store=no_revocation_store,
            language=lang,
            debug=debug,
        )
        raise typer.Exit(run(options, clock))


def _processors() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1
