"""What the options of a command say: times, tables of receipts, policies, trust, passwords. Raises CannotRunError."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from sigcheck.cli_streams import cannot, write_error
from sigcheck.fingerprints import sha256_digits
from sigcheck.moments import parse_moment as parse_moment  # noqa: PLC0414 - other commands take it from here
from sigcheck.reporting.catalogue import Catalogue

if TYPE_CHECKING:
    from sigcheck.anchors import TrustList
    from sigcheck.policy import Policy, Vocabulary
    from sigcheck.profile import Profile

LONGEST_PASSWORD_FILE: Final = 64 * 1024
"""Bytes; a password is a line."""
_DATED_KEYS: Final = frozenset({"dsa"})
"""Kinds of keys that documents bear and only a policy's row accepts."""
LONGEST_POLICY: Final = 1024 * 1024
"""Bytes; the shipped policies have a few thousand."""


class Receipts(Struct, frozen=True):
    """An archive's own proof: when documents, by SHA-256, existed; or one time for all."""

    everywhere: datetime | None = None
    by_sha256: Mapping[str, datetime] = field(default_factory=dict)


def validation_time(given: str | None, now: datetime, words: Catalogue) -> datetime:
    """The moment to judge at: `--at`, or now. A time without offset, or in the future, is refused."""
    return now if given is None else moment_given("--at", given, now, words)


def moment_given(option: str, given: str, latest: datetime, words: Catalogue, too_late: str = "at-future") -> datetime:
    """The time that an option names; one that cannot be read or lies behind `latest` is refused. Raises CannotRunError."""
    moment = parse_moment(given)
    if moment is None:
        raise cannot(words, "at-format", option=option, given=given)
    if moment > latest:
        raise cannot(words, too_late, option=option, given=given)
    return moment


def receipts(at_text: str | None, table: Path | None, at: datetime, words: Catalogue) -> Receipts:
    """`--received-at` or `--received-from`; a receipt later than the validation time is refused."""
    if at_text is not None and table is not None:
        raise cannot(words, "received-twice")
    if table is not None:
        return Receipts(by_sha256=_receipts_table(table, at, words))
    if at_text is None:
        return Receipts()
    return Receipts(everywhere=moment_given("--received-at", at_text, at, words, "received-after-at"))


def _receipts_table(path: Path, at: datetime, words: Catalogue) -> dict[str, datetime]:
    """The table's columns sha256 and received_at; of several rows for one document the earliest counts."""
    import csv  # noqa: PLC0415 - few runs have a table

    known: dict[str, datetime] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            rows = csv.DictReader(file, delimiter=";" if ";" in head and "," not in head else ",")
            if rows.fieldnames is None or not {"sha256", "received_at"} <= set(rows.fieldnames):
                raise cannot(words, "csv-columns", path=path)
            for row in rows:
                fingerprint, moment = sha256_digits(row["sha256"] or ""), parse_moment(row["received_at"] or "")
                if fingerprint is None or moment is None or moment > at:
                    flaw = words.word(f"error.{_row_flaw(fingerprint, moment)}")
                    raise cannot(words, "csv-row", path=path, row=rows.line_num, detail=flaw)
                known[fingerprint] = min(moment, known.get(fingerprint, moment))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise cannot(words, "csv-unreadable", path=path, detail=error) from error
    return known


def _row_flaw(fingerprint: str | None, moment: datetime | None) -> str:
    if fingerprint is None:
        return "csv-sha256"
    return "csv-time" if moment is None else "csv-late"


def load_policy(name: str, words: Catalogue) -> Policy:
    """A shipped policy by its name, or a policy file."""
    from sigcheck.policies import SHIPPED_POLICIES, shipped_policy  # noqa: PLC0415 - only a check needs it
    from sigcheck.policy import PolicyError, parse_policy  # noqa: PLC0415 - only a check needs it

    if not name.strip():
        raise cannot(words, "policy-empty", names=", ".join(SHIPPED_POLICIES))
    try:
        if name in SHIPPED_POLICIES:
            return parse_policy(shipped_policy(name), name=name)
        with Path(name).open("rb") as file:
            content = file.read(LONGEST_POLICY)
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
        policy = parse_policy(text, name=Path(name).stem, where=name, vocabulary=_vocabulary())
        named = policy.name.strip().casefold()
        if named in SHIPPED_POLICIES and text != shipped_policy(named):
            raise PolicyError("name-reserved", name, value=policy.name)
    except PolicyError as error:
        raise cannot(words, "policy-invalid", detail=error.text(words.language)) from error
    except FileNotFoundError as error:
        raise cannot(words, "policy-unknown", name=name, names=", ".join(SHIPPED_POLICIES)) from error
    except (OSError, ValueError) as error:
        raise cannot(words, "policy-unreadable", name=name, detail=error) from error
    return policy


def load_profile(name: str | None, policy: Policy, policy_name: str, words: Catalogue) -> Profile:
    """The profile asked for, else the policy's: a shipped one by its name, or a file; a policy's file lies beside the policy."""
    from sigcheck.policy import PolicyError  # noqa: PLC0415 - only a check needs it
    from sigcheck.profile import SHIPPED_PROFILES, parse_profile  # noqa: PLC0415 - as above
    from sigcheck.profiles import shipped_profile  # noqa: PLC0415 - as above

    chosen = policy.profile if name is None else name
    if chosen in SHIPPED_PROFILES:
        return shipped_profile(chosen)
    path = Path(policy_name).parent / chosen if name is None else Path(chosen)
    if not chosen.strip() or not (path.suffix.lower() == ".toml" or path.is_file()):
        raise cannot(words, "profile-unknown", name=chosen, names=", ".join(SHIPPED_PROFILES))
    try:
        with path.open("rb") as file:
            text = file.read(LONGEST_POLICY).decode("utf-8-sig").replace("\r\n", "\n")
        profile = parse_profile(text, name=path.stem, where=str(path))
        named = profile.name.strip().casefold()
        if named in SHIPPED_PROFILES and profile != shipped_profile(named):
            raise PolicyError("profile-reserved", str(path), value=profile.name)
    except PolicyError as error:
        raise cannot(words, "profile-invalid", detail=error.text(words.language)) from error
    except FileNotFoundError as error:
        raise cannot(words, "profile-unknown", name=str(path), names=", ".join(SHIPPED_PROFILES)) from error
    except (OSError, ValueError) as error:
        raise cannot(words, "profile-unreadable", name=str(path), detail=error) from error
    return profile


def _vocabulary() -> Vocabulary:
    """The codes that may be advisory, and the algorithms that documents can name."""
    from sigcheck.engine.crypto.algorithms import HASHES  # noqa: PLC0415 - only a check needs it
    from sigcheck.judging.algorithms import STRONG_HASHES, STRONG_KEYS  # noqa: PLC0415 - as above
    from sigcheck.judging.codes import ROWS  # noqa: PLC0415 - as above
    from sigcheck.policy import Vocabulary, plain_name  # noqa: PLC0415 - as above

    return Vocabulary(
        advisory=frozenset(row.name for row in ROWS if not row.fixed),
        algorithms=STRONG_HASHES | frozenset(map(plain_name, HASHES.values())) | frozenset(STRONG_KEYS) | _DATED_KEYS,
    )


def one_folder(given: tuple[str, ...], words: Catalogue) -> Path | None:
    """The folder of `--trust`; given twice, nobody could say which anchors were meant."""
    if len(given) > 1:
        raise cannot(words, "trust-twice")
    if given and not given[0].strip():  # Path would take it for the current folder
        raise cannot(words, "trust-empty")
    return Path(given[0]) if given else None


def signers_expected(given: tuple[str, ...], words: Catalogue) -> tuple[str, ...]:
    """The addresses of `--expect-signer`; what can never be one would demand the impossible."""
    from sigcheck.policy import is_address  # noqa: PLC0415 - loaded with the policy

    for address in given:
        if not is_address(address):
            raise cannot(words, "expect-signer", given=address)
    return given


def load_anchors(folder: Path | None, use_own: bool, at: datetime, words: Catalogue) -> TrustList:
    """The trust list: the shipped one and the user's, or a folder alone. What deserves a word goes to standard error."""
    from sigcheck.trust.load import read_trust  # noqa: PLC0415 - certificates are read for it
    from sigcheck.trust.user_folder import default_user_folder  # noqa: PLC0415 - as above
    from sigcheck.trust.words import TrustError  # noqa: PLC0415 - as above

    try:
        loaded = read_trust(folder=folder, user_folder=default_user_folder() if use_own else None, at=at)
    except TrustError as error:
        raise cannot(words, "trust", detail=error.text(words.language)) from error
    for remark in loaded.remarks:
        write_error(words.word("error.prefix", text=remark.text(words.language)))
    return loaded.trust_list


def read_password(path: Path | None, words: Catalogue) -> str | None:
    """The first line of a password file."""
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            content = file.read(LONGEST_PASSWORD_FILE)
        return content.decode("utf-8-sig").partition("\n")[0].removesuffix("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise cannot(words, "password-unreadable", path=path, detail=error) from error
