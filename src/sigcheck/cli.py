"""The command line: arguments, the clock, exit codes. What a command needs is loaded when it runs."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from click import get_current_context
from click.core import ParameterSource
from typer.core import TyperGroup

from sigcheck.cli_clock import clock
from sigcheck.cli_ending import ending, ending_anyhow
from sigcheck.cli_options import (
    AnotherPolicy,
    At,
    Baseline,
    BlocksForm,
    CompareForm,
    Debug,
    Evidence,
    EvidenceDigest,
    EvidenceFile,
    ExpectSigner,
    FailOn,
    Form,
    FromEvidence,
    KnownDigest,
    Lang,
    Language,
    MinSignatures,
    NoPictures,
    NoRevocationStore,
    NoUserTrust,
    Offline,
    Online,
    Output,
    PasswordFile,
    Paths,
    Personal,
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
from sigcheck.cli_streams import (
    COULD_NOT_RUN,
    INTERRUPTED,
    abandon_output,
    set_streams_to_utf8,
    write_error,
)
from sigcheck.cli_usage import told_in_both_languages

REVOCATION_HELP = "Dữ liệu thu hồi · fetch, add, list CRLs and OCSP responses kept for offline use"
AUDIT_HELP = "Kiểm tra cả kho lưu trữ · check an archive: resumable, parallel, with a result store"
RESULTS_HELP = "Kết quả đã lưu · diff, export, report, verify-log of what a store holds"
SERVE_HELP = "Dịch vụ và trang web trên máy này · the local service and page"
TRUST_HELP = "Gốc tin cậy · list, show, check, add, enable the trust anchors"
GROUPS = {"audit": AUDIT_HELP, "results": RESULTS_HELP, "revocation": REVOCATION_HELP, "serve": SERVE_HELP, "trust": TRUST_HELP}


class _Commands(TyperGroup):
    """The commands, with those that few runs need loaded only when they are called: help needs none of them. What cannot be
    read of their arguments is told in both languages."""

    def make_context(self, *args: Any, **extra: Any) -> Any:
        with ending_anyhow(), told_in_both_languages():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: Any) -> Any:
        with ending_anyhow(), told_in_both_languages(ctx):
            return super().invoke(ctx)

    def list_commands(self, ctx: Any) -> list[str]:
        return [*super().list_commands(ctx), *GROUPS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in GROUPS:
            return TyperGroup(name=cmd_name, help=GROUPS[cmd_name])
        return super().get_command(ctx, cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[:1] == ["trust"]:
            from sigcheck.cli_trust import trust_app  # noqa: PLC0415 - see above

            return "trust", typer.main.get_group(trust_app), args[1:]
        if args[:1] == ["revocation"]:
            from sigcheck.cli_revocation import revocation_app  # noqa: PLC0415 - see above

            return "revocation", typer.main.get_group(revocation_app), args[1:]
        if args[:1] == ["audit"]:
            from sigcheck.cli_audit_command import audit_app  # noqa: PLC0415 - see above

            return "audit", typer.main.get_command(audit_app), args[1:]
        if args[:1] == ["serve"]:
            from sigcheck.cli_serve_command import serve_app  # noqa: PLC0415 - see above

            return "serve", typer.main.get_command(serve_app), args[1:]
        if args[:1] == ["results"]:
            from sigcheck.cli_results import results_app  # noqa: PLC0415 - see above

            return "results", typer.main.get_group(results_app), args[1:]
        return super().resolve_command(ctx, args)


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Kiểm tra chữ ký số trên văn bản PDF của cơ quan nhà nước Việt Nam.\n\n"
    "Checks the digital signatures of Vietnamese government PDF documents and says what is really proven.",
)


@app.command()
def verify(
    paths: Paths,
    form: Form = "text",
    output: Output = None,
    fail_on: FailOn = None,
    baseline: Baseline = None,
    trust: TrustFolder = None,
    no_user_trust: NoUserTrust = False,
    policy: PolicyName = "strict",
    profile: ProfileName = None,
    at: At = None,
    received_at: ReceivedAt = None,
    received_from: ReceivedFrom = None,
    offline: Offline = False,
    online: Online = False,
    allow_private_addresses: PrivateAddresses = False,
    revocation_store: RevocationStoreFile = None,
    no_revocation_store: NoRevocationStore = False,
    expect_signer: ExpectSigner = None,
    min_signatures: MinSignatures = 0,
    require_timestamp: RequireTimestamp = False,
    evidence: Evidence = None,
    from_evidence: FromEvidence = None,
    evidence_sha256: EvidenceDigest = None,
    lang: Lang = Language.VI,
    password_file: PasswordFile = None,
    show_personal_data: Personal = False,
    no_pictures: NoPictures = False,
    redact: Redact = False,
    redact_key: RedactKey = None,
    debug: Debug = False,
) -> None:
    """Kiểm tra văn bản · check documents."""
    now = clock()
    with ending(lang, debug):
        from sigcheck.cli_verify import VerifyOptions  # noqa: PLC0415 - loaded with the command
        from sigcheck.cli_verify import verify as run  # noqa: PLC0415 - loaded with the command

        code = run(
            VerifyOptions(
                paths=tuple(paths),
                form=form,
                output=output,
                fail_on=fail_on,
                baseline=baseline,
                trust=tuple(trust or ()),
                user_trust=not no_user_trust,
                policy=policy,
                profile=profile,
                at=at,
                received_at=received_at,
                received_from=received_from,
                online=online,
                offline=offline,
                allow_private=allow_private_addresses,
                revocation_store=revocation_store,
                no_revocation_store=no_revocation_store,
                expect_signers=tuple(expect_signer or ()),
                min_signatures=min_signatures,
                require_timestamp=require_timestamp,
                language=lang,
                password_file=password_file,
                personal=show_personal_data,
                pictures=not no_pictures,
                redact=redact,
                redact_key=redact_key,
                debug=debug,
                evidence=evidence,
                from_evidence=from_evidence,
                evidence_sha256=evidence_sha256,
                given=_given(),
            ),
            now,
            clock,
        )
        raise typer.Exit(code)


def _given() -> frozenset[str]:
    """The parameters of this command that stand on the command line."""
    context = get_current_context()
    return frozenset(name for name in context.params if context.get_parameter_source(name) is ParameterSource.COMMANDLINE)


@app.command()
def judge(
    evidence: EvidenceFile,
    form: Form = "text",
    output: Output = None,
    policy: AnotherPolicy = None,
    profile: ProfileName = None,
    at: At = None,
    received_at: ReceivedAt = None,
    expect_signer: ExpectSigner = None,
    min_signatures: MinSignatures = 0,
    require_timestamp: RequireTimestamp = False,
    evidence_sha256: KnownDigest = None,
    lang: Lang = Language.VI,
    show_personal_data: Personal = False,
    redact: Redact = False,
    redact_key: RedactKey = None,
    debug: Debug = False,
) -> None:
    """Xét lại căn cứ đã lưu, không cần văn bản · judge stored evidence again, without the document."""
    with ending(lang, debug):
        from sigcheck.cli_judge import JudgeOptions  # noqa: PLC0415 - loaded with the command
        from sigcheck.cli_judge import judge as run  # noqa: PLC0415 - loaded with the command

        code = run(
            JudgeOptions(
                evidence=evidence,
                form=form,
                output=output,
                policy=policy,
                profile=profile,
                at=at,
                received_at=received_at,
                expect_signers=tuple(expect_signer or ()),
                min_signatures=min_signatures,
                require_timestamp=require_timestamp,
                evidence_sha256=evidence_sha256,
                language=lang,
                personal=show_personal_data,
                redact=redact,
                redact_key=redact_key,
                debug=debug,
            ),
            clock(),
        )
        raise typer.Exit(code)


@app.command()
def blocks(
    paths: Paths,
    form: BlocksForm = "text",
    output: Output = None,
    lang: Lang = Language.VI,
    password_file: PasswordFile = None,
    show_personal_data: Personal = False,
    debug: Debug = False,
) -> None:
    """Chỉ đọc khối thông tin ký, không kiểm tra · only read the signing blocks, of PDFs or .txt; proves nothing."""
    with ending(lang, debug):
        from sigcheck.cli_blocks import BlocksOptions  # noqa: PLC0415 - loaded with the command
        from sigcheck.cli_blocks import blocks as run  # noqa: PLC0415 - loaded with the command

        raise typer.Exit(run(BlocksOptions(tuple(paths), form, output, lang, password_file, show_personal_data, debug)))


@app.command()
def compare(
    before: Annotated[str, typer.Argument(metavar="BEFORE", help="Tệp trước · the earlier file.")],
    after: Annotated[str, typer.Argument(metavar="AFTER", help="Tệp sau · the later file.")],
    form: CompareForm = "text",
    output: Output = None,
    lang: Lang = Language.VI,
    password_file: PasswordFile = None,
    show_personal_data: Personal = False,
    no_pictures: NoPictures = False,
    debug: Debug = False,
) -> None:
    """So hai tệp: tệp nào là phiên bản sau, và ở giữa có gì · whether one file is a later revision of the other."""
    with ending(lang, debug):
        from sigcheck.cli_compare import CompareOptions  # noqa: PLC0415 - loaded with the command
        from sigcheck.cli_compare import compare as run  # noqa: PLC0415 - loaded with the command

        options = CompareOptions(before, after, form, output, lang, password_file, show_personal_data, not no_pictures)
        raise typer.Exit(run(options))


@app.command()
def schema(
    of_blocks: Annotated[bool, typer.Option("--blocks", help="Của `sigcheck blocks` · that of `sigcheck blocks`.")] = False,
) -> None:
    """In lược đồ JSON của báo cáo · print the JSON Schema of the report."""
    with ending(Language.EN, debug=False):
        from sigcheck.cli_output import write_out  # noqa: PLC0415 - loaded with the command
        from sigcheck.reporting.blocks_report import blocks_schema  # noqa: PLC0415 - loaded with the command
        from sigcheck.reporting.catalogue import load_catalogue  # noqa: PLC0415 - loaded with the command
        from sigcheck.reporting.json_report import as_text, report_schema  # noqa: PLC0415 - loaded with the command

        described = blocks_schema() if of_blocks else report_schema()
        write_out([as_text(described) + "\n"], None, load_catalogue(Language.EN))


def _show_version(asked: bool) -> None:
    if asked:
        from sigcheck.cli_version import version_text  # noqa: PLC0415 - loaded with the option

        sys.stdout.write(version_text())
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Phiên bản · versions of what decides.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """The program's entry point."""
    set_streams_to_utf8()
    try:
        app(prog_name="sigcheck")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except OSError as error:  # of help and of `trust`, which write as they go
        abandon_output()
        write_error(f"sigcheck: {error}")
        sys.exit(COULD_NOT_RUN)
