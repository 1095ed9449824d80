"""All samples, and what is said of them: expected.toml for machines, README.md for people."""

from __future__ import annotations

from generator import algorithms, forgeries, genuine, practice, stamps, structure, times
from generator.drafting import Sample

SAMPLES: tuple[Sample, ...] = (
    *genuine.SAMPLES,
    *times.SAMPLES,
    *algorithms.SAMPLES,
    *forgeries.SAMPLES,
    *stamps.SAMPLES,
    *practice.SAMPLES,
    *structure.SAMPLES,
)

EXPECTED_HEAD = """\
# Written by generate.py. What `sigcheck verify --policy archive --offline --trust samples/trust --at 2026-11-20T00:00:00Z`
# says of each sample: its state, codes that the report must hold, how many signatures (document time-stamps and removed ones
# included) and revisions. `committed = false`: not a file here, tests make it.
"""

README_HEAD = """\
# Samples

Documents of every kind that sigcheck has to tell apart. **All people, offices and organisations in them are invented**, the
keys are public (`keys/`), and nothing outside this folder trusts their made-up authorities: give `--trust samples/trust`.

    sigcheck verify --policy archive --offline --trust samples/trust --at 2026-11-20T00:00:00Z samples/person-and-office.pdf

`python samples/generate.py` writes everything here again, byte for byte: the certificates come from `pki.yml` through
certomancer with fixed dates and serial numbers, RSA with fixed PSS salts, ECDSA after RFC 6979, and an encrypted document has
initialisation vectors derived from its content. `generate.py --check` only compares. `expected.toml` holds the table below for
machines; `tests/samples` holds every sample against it.

| document | what it is | state | codes to expect |
|---|---|---|---|
"""

README_TAIL = """
The pages name a typewriter font and embed none: a font program would have to be shipped here, under terms of its own. A
viewer that has that font, or one like it with Vietnamese letters, shows them whole. PDFium, which draws the pictures of the HTML
report, takes its own instead, which has only the letters that western languages use too, and leaves out the others (Ộ, ư, Đ…):
**gaps in the text of a sample's picture are the sample's, not a fault**. Genuine documents embed their fonts and have none. What
is read and judged does not depend on it: letters are told by the font's ToUnicode.

`encrypted-with-password.pdf` opens with the password `sigcheck`; without it the answer is `unreadable`.

## The folder `trust/`

`samples.toml` lists two made-up generations of a government CA with their sub-CAs, and a public CA under a made-up national
root, in the form of the shipped `trust/*.toml`. Left out on purpose: the issuer of `missing-intermediate.pdf`, the foreign
time-stamp server, and the forger whose authority has the same names and other keys.

## The folder `revocation/`

CRLs of these authorities, named by issuer and day: with them `docs/revocation.md` takes documents from `insufficient` to `valid`.
"""


def expected_toml() -> str:
    return EXPECTED_HEAD + "".join(_entry(sample) for sample in SAMPLES)


def readme() -> str:
    rows = [_row(sample) for sample in SAMPLES if sample.committed]
    return README_HEAD + "".join(rows) + README_TAIL


def _entry(sample: Sample) -> str:
    codes = ", ".join(f'"{code}"' for code in sample.codes)
    lines = [f'\n["{sample.name}"]', f'state = "{sample.state}"', f"codes = [{codes}]"]
    lines += [f"signatures = {sample.signatures}", f"revisions = {sample.revisions}"]
    lines += [f'password = "{sample.password}"'] if sample.password else []
    lines += [] if sample.committed else ["committed = false"]
    return "\n".join(lines) + "\n"


def _row(sample: Sample) -> str:
    codes = ", ".join(f"`{code}`" for code in sample.codes)
    return f"| `{sample.name}.pdf` | {sample.about} | {sample.state} | {codes} |\n"
