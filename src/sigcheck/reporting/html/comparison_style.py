"""What the page of `compare` adds to the style sheet of all pages."""

from __future__ import annotations

from typing import Final

COMPARISON_STYLE: Final = """
.stand{border:2px solid var(--line);border-left-width:.5rem;border-radius:.4rem;padding:.6rem 1rem}.stand h1{margin:0 0 .4rem}
.stand.good{border-color:var(--good);background:var(--goodsoft)}.stand.bad{border-color:var(--bad);background:var(--badsoft)}
.stand.open{border-color:var(--open);background:var(--opensoft)}.stand.good,.stand.bad,.stand.open{color:var(--ink)}
.stand p{margin:.4rem 0}
.beside{display:grid;grid-template-columns:1fr 1fr;gap:1rem;align-items:stretch}.beside>*{min-width:0;margin:0}
.beside dl{grid-template-columns:minmax(5rem,8rem) 1fr}
ol.strip>li.shared{border-top-color:var(--link)}
ol.strip.own{border-left:.3rem solid var(--line);padding-left:.7rem}
.card>h3::first-letter,.card>h4::first-letter,ol.strip strong::first-letter{text-transform:uppercase}
ol.strip strong{display:block}
.facing{break-inside:avoid;border-top:1px solid var(--line);margin-top:1.2rem}.facing h3{margin:.6em 0 .2em}
.facing svg{display:block;width:100%;height:auto;margin-top:.3rem}
.facing .beside{gap:0 1rem}.facing figure{display:grid;grid-row:span 3;grid-template-rows:subgrid;align-items:start}
.card.plain{border-left:.4rem solid var(--line)}
.beside .gone{border:1px dashed var(--line);padding:2rem 1rem}
.facing .paper{fill:#fff;stroke:none}svg .edge{fill:none;stroke:var(--line)}svg .added{fill:none;stroke:#0b57a4;stroke-width:2}
svg .differs{fill:none;stroke:#b3141f;stroke-width:1.6;stroke-dasharray:6 3}
svg .tag{fill:#0b57a4}svg .tag+text{fill:#fff;font-weight:bold}
@media (max-width:36rem){.beside,.beside dl{grid-template-columns:1fr}}
.facing figure>p{font-size:.9rem}
@media print{.beside{grid-template-columns:1fr 1fr}.beside dl{grid-template-columns:22mm 1fr}
.stand,.card{break-inside:avoid}.facing svg{max-height:88mm}}
"""
"""Outlines over pictures keep their colours in the dark: paper stays white."""
