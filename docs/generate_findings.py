"""Write docs/findings.md: every finding with its words in both languages, its clause, and how grave it is under each policy.

python docs/generate_findings.py            write it
python docs/generate_findings.py --check    write nothing; exit 1 when it would change

Severities are those that judging gives: the documents of tests/judging, one for each check and flaw and one for each departure
from it (variants.py), are judged under each policy. A test holds that they reach every place that makes a finding.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "findings.md"
sys.path[:0] = [str(ROOT / "tests" / "judging"), str(ROOT / "src")]

from build import ARCHIVE, STRICT, findings, verdict  # noqa: E402 - found beside the tests
from test_every_check import EVERY  # noqa: E402 - likewise
from variants import NOTHING, VARIANTS, Variant  # noqa: E402 - likewise

from sigcheck.judging.codes import ROWS, Code  # noqa: E402 - after the path is set
from sigcheck.reporting.catalogue import FindingWords, load_catalogue  # noqa: E402 - likewise
from sigcheck.verdict import Finding  # noqa: E402 - likewise

POLICIES = {"strict": STRICT, "archive": ARCHIVE}
HEAD = """\
# Findings

<!-- Written by docs/generate_findings.py. -->

Every finding that a report can hold. **Codes never change**; words and severities may. An *error* decides the document's state
(`invalid` or `insufficient`); a *warning* and a piece of *information* never do; – is what a policy never gives. Where several
severities stand, or the message has several forms, what was found says which holds, and the code's own entry says when. A
policy's `[advisory] checks` turns an error into a warning, except where it is called *fixed*. The rows of a profile give their
own severity, clause and remedy (profiles.md).

`sigcheck, rule N`: docs/rules.md. Facts stand in the message as ‹name›; JSON reports carry them under `facts`.

| code | strict | archive | clause |
|---|---|---|---|
"""


def severities() -> dict[str, dict[str, str]]:
    """Code and policy to how grave it was found to be; what a policy of one's own makes of it stands beside the table."""
    seen: dict[str, dict[str, set[tuple[str, str]]]] = {name: {} for name in POLICIES}
    cases = [(flaw.evidence, flaw.asked) for flaw in EVERY.values()]
    cases += [(variant.evidence, variant.asked) for variant in VARIANTS if not variant.policy]
    for name, policy in POLICIES.items():
        for evidence, asked in cases:
            for found in findings(verdict(evidence, policy, **asked)):
                seen[name].setdefault(found.code, set()).add(_gravity(found))
    return {row.name: {name: _said(seen[name].get(row.name, set())) for name in POLICIES} for row in ROWS}


def _gravity(found: Finding) -> tuple[str, str]:
    return str(found.severity), "" if found.decides is None else str(found.decides)


def _said(gravities: set[tuple[str, str]]) -> str:
    return " or ".join(f"{severity}, `{decides}`" if decides else severity for severity, decides in sorted(gravities)) or "–"


def page() -> str:
    """The whole text."""
    grave, vi, en = severities(), load_catalogue("vi").findings, load_catalogue("en").findings
    rows = [f"| [`{row.name}`](#{row.name}) | {' | '.join(grave[row.name].values())} | {row.clause} |\n" for row in ROWS]
    return HEAD + "".join(rows) + "".join(_entry(row, grave[row.name], vi[row.name], en[row.name]) for row in ROWS)


def _entry(row: Code, grave: dict[str, str], vi: FindingWords, en: FindingWords) -> str:
    said = "; ".join(f"{name}: {gravity}" for name, gravity in grave.items()) if len(set(grave.values())) > 1 else grave["strict"]
    fixed = " *Fixed.*" if row.fixed else ""
    facts = f" Facts: {', '.join(f'`{name}`' for name in row.facts)}." if row.facts else ""
    departs = "".join(_departure(one) for one in VARIANTS if one.code == row.name and one.when)
    return (
        f"\n## {row.name}\n\n{row.meaning}{fixed}\n\n- Severity: {said}. Clause: {row.clause}.{facts}\n{departs}"
        + _words("vi", ("Câu", "Nghĩa là", "Cần làm"), vi)
        + _words("en", ("Message", "It means", "What to do"), en)
    )


def _departure(variant: Variant) -> str:
    grave = {"strict": variant.strict, "archive": variant.archive}
    if NOTHING in grave.values():
        return f"- Where {variant.when}.\n"
    said = variant.strict if len(set(grave.values())) == 1 else "; ".join(f"{name}: {one}" for name, one in grave.items())
    return f"- Where {variant.when}: {said}.\n"


def _words(language: str, labels: tuple[str, str, str], words: FindingWords) -> str:
    messages = dict.fromkeys(map(_places, (words.message, *words.variants.values())))
    said = " / ".join(f"“{message}”" for message in messages)
    return f"- **{language}** – {labels[0]}: {said} {labels[1]}: {words.meaning} {labels[2]}: {words.action}\n"


def _places(message: str) -> str:
    """The facts' places as people read them; nothing in a message is markup."""
    for old, new in (("{", "‹"), ("}", "›"), ("<", "&lt;"), ("|", "\\|"), ("*", "\\*"), ("_", "\\_")):
        message = message.replace(old, new)
    return message.strip()


def main(arguments: list[str]) -> int:
    text = page()
    current = TARGET.is_file() and TARGET.read_text("utf-8") == text
    if "--check" not in arguments and not current:
        TARGET.write_text(text, "utf-8", newline="\n")
    return 0 if current or "--check" not in arguments else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
