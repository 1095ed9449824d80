"""Documents that claim what is not so, and certificates that lead nowhere."""

from __future__ import annotations

from generator import wording
from generator.cms import Recipe
from generator.drafting import (
    COMPANY,
    LEADER,
    STRANDED,
    USUAL,
    Sample,
    Signatory,
    block,
    finished,
    fresh,
    recipe,
    signing,
    stamped,
)
from generator.signing import Block, sign

HOSTILE = Signatory("hostile", "[bold red]", "+cmd@so-mau.gov.example")
HOSTILE_FIELD = "=cmd|' /C calc'!A0"
HOSTILE_FILE_NAME = "[bold]\x1b[31m\u202efdp.=HYPERLINK(1)::error::<b>.pdf"
"""Not for a committed file: some systems cannot hold such a name. Tests make it."""


def forged_block(seed: str, name: str, email: str) -> bytes:
    """The block names somebody else than the certificate."""
    document = fresh(seed)
    text = wording.SIGNED.format(name=name, email=email)
    sign(document, signing(LEADER, block=block(LEADER, USUAL, reason=text)))
    return finished(document)


def forged_authority() -> bytes:
    """A company's certificate beside the contact line of the real government CA."""
    document = fresh("forged-authority")
    lines = block(COMPANY, USUAL, contact=wording.GOVERNMENT_LINE)
    cms = Recipe(COMPANY.label, embed=(COMPANY.label, "public-ca"), stamp=stamped(USUAL))
    sign(document, signing(COMPANY, recipe=cms, block=lines))
    return finished(document)


def look_alike_chain() -> bytes:
    """Every name is right, every key is another; the forger's root is embedded, which proves nothing."""
    document = fresh("look-alike")
    cms = Recipe("forger-leader", embed=("forger-leader", "forger-sub", "forger-root"), stamp=stamped(USUAL, tsa="forger-tsa"))
    sign(document, signing(LEADER, recipe=cms))
    return finished(document)


def missing_intermediate() -> bytes:
    document = fresh("stranded")
    sign(document, signing(STRANDED))
    return finished(document)


def hostile_names() -> bytes:
    """Markup, escapes, bidi marks, formulas and workflow commands wherever text can stand."""
    document = fresh("hostile")
    lines = Block(
        contact="\x1b]8;;http://x.invalid\x1b\\nhấp vào đây\x1b]8;;\x1b\\ \x1b[2J",
        m=USUAL,
        location="[link=http://x.invalid]@SUM(1+1)[/link]\r\n::set-output name=x::y",
        name="\u202egnụđ óc gnôhK\u202c\u200b\u2066",
        reason='=HYPERLINK("http://x.invalid","[red]</td><script>alert(1)</script>&amp;]]>")\n::error file=a,line=1::x',
    )
    sign(document, signing(HOSTILE, field=HOSTILE_FIELD, block=lines, recipe=recipe(HOSTILE, USUAL), text=("[x]",)))
    return finished(document)


SAMPLES = (
    Sample(
        "forged-name",
        lambda: forged_block("forged-name", "Phạm Văn Người Khác", LEADER.email),
        "the block names another person than the certificate",
        "invalid",
        ("name-differs-from-certificate",),
    ),
    Sample(
        "forged-email",
        lambda: forged_block("forged-email", LEADER.name, "nguoikhac@so-mau.gov.example"),
        "the block names another e-mail than the certificate",
        "invalid",
        ("email-differs-from-certificate",),
    ),
    Sample(
        "forged-authority",
        forged_authority,
        "a company's signature that claims to come from the real government CA",
        "invalid",
        ("claims-government-ca",),
    ),
    Sample(
        "look-alike-chain",
        look_alike_chain,
        "the right names with other keys, the forger's own root embedded",
        "insufficient",
        ("chain-incomplete", "untrusted-timestamp"),
    ),
    Sample(
        "missing-intermediate",
        missing_intermediate,
        "the signer's CA is neither in the file nor in the trust list",
        "insufficient",
        ("chain-incomplete",),
    ),
    Sample(
        "hostile-names",
        hostile_names,
        "markup, escapes, bidi marks, formulas and workflow commands in every name",
        "valid",
        ("revocation-not-checked",),
    ),
)
