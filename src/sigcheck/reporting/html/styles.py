"""The style sheet of the pages: dark and light (`colours`), phone and desk, A4."""

from __future__ import annotations

from typing import Final

from sigcheck.reporting.html.colours import COLOURS, PAPER
from sigcheck.reporting.html.document_styles import DOCUMENT

_EVERY_PAGE: Final = """
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:1rem;max-width:64rem;background:var(--ground);color:var(--ink);
font:1rem/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif;overflow-wrap:anywhere}
h1,h2,h3,h4,h5{line-height:1.25;margin:1.6em 0 .5em}
h1{font-size:1.6rem;margin-top:.2em}h2{font-size:1.25rem;border-bottom:1px solid var(--line);padding-bottom:.2em}
h3{font-size:1.1rem}h4,h5{font-size:1rem}
a{color:var(--link)}p{margin:.3em 0}code{font:.85em/1.4 ui-monospace,Consolas,"Liberation Mono",monospace}
.dim{color:var(--dim)}.good{color:var(--good)}.bad{color:var(--bad)}.open{color:var(--open)}
.mark{font-weight:bold}
.grounds{border:2px solid var(--open);padding:.5rem 1rem;font-weight:bold}
dl{display:grid;grid-template-columns:minmax(9rem,14rem) 1fr;gap:.15rem 1rem;margin:.4em 0}
dt{grid-column:1;color:var(--dim)}dd{grid-column:2;margin:0}
ul.marks{list-style:none;padding-left:0;margin:.4em 0}ul.marks>li{padding-left:1.6rem;text-indent:-1.4rem;margin:.3em 0}
ul.marks>li>*{text-indent:0}ul.marks>li>.mark{display:inline-block;min-width:1.2rem;text-indent:0}
.card{border:1px solid var(--line);border-radius:.4rem;padding:.2rem 1rem .6rem;margin:.8rem 0}
.card.good{border-left:.4rem solid var(--good)}.card.bad{border-left:.4rem solid var(--bad)}
.card.open{border-left:.4rem solid var(--open)}.card.good,.card.bad,.card.open{color:var(--ink)}
.card h3,.card h4{margin:.5em 0}.part{margin-left:1rem}.part>h2,.part>h3,.part>h4,.part>h5{margin:.6em 0 .2em -1rem;border:0}
summary{cursor:pointer;padding:.4rem 0}summary h3,summary h4{display:inline}
.drawing{overflow-x:auto;border:1px solid var(--line);border-radius:.4rem;margin:.5rem 0;padding:.3rem}
.drawing svg{display:block;min-width:44rem;width:100%;height:auto}
figure{margin:.6rem 0}figcaption{color:var(--dim);font-size:.9rem}
svg text{fill:var(--ink);font:12px system-ui,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif}
.pages{display:grid;grid-template-columns:repeat(auto-fill,minmax(12rem,1fr));gap:1rem;align-items:start;margin:.6rem 0}
.pages.pictured{grid-template-columns:repeat(auto-fill,minmax(min(26rem,100%),1fr))}.pages figure{margin:0}
.pages svg{display:block;width:100%;height:auto;border:1px solid var(--line);border-radius:.2rem}
.pages .paper{fill:var(--ground)}.pages .box{fill:none;pointer-events:all;stroke-width:2;vector-effect:non-scaling-stroke}
.pages .good{stroke:var(--good)}.pages .bad{stroke:var(--bad)}.pages .open{stroke:var(--open)}
.pages .box.shared{pointer-events:stroke}.pages .badge{stroke:var(--ground);stroke-width:1;vector-effect:non-scaling-stroke}
.pages .badge.good{fill:var(--good)}.pages .badge.bad{fill:var(--bad)}.pages .badge.open{fill:var(--open)}
.pages a text{fill:var(--ground);font-weight:bold}.pages a:hover .box{stroke-width:5}
.pages a:hover text{text-decoration:underline}
.pages a:focus-visible{outline:0}.pages a:focus-visible .badge{stroke:var(--link);stroke-width:6;paint-order:stroke}
table{border-collapse:collapse;width:100%;font-size:.9rem;margin:.5rem 0}
th,td{text-align:left;vertical-align:top;border-bottom:1px solid var(--line);padding:.25rem .5rem .25rem 0}
caption{text-align:left;color:var(--dim);padding:.3rem 0}td.number,th.number{text-align:right;white-space:nowrap}
tbody th{font-weight:normal}
svg.share{display:block;width:7rem;height:.4rem;margin:.2rem 0 0 auto}svg .fgood{fill:var(--good)}svg .fbad{fill:var(--bad)}
svg .fopen{fill:var(--open)}svg .fdim{fill:var(--line)}
.scroll{overflow-x:auto}.scroll th[scope=row]{min-width:13rem}.scroll thead th.number{white-space:normal;min-width:5.5rem}
.scroll td:not(.number){min-width:8rem}.scroll td>code{display:block;min-width:17rem}
.listed th[scope=row]{width:40%}.listed td:nth-of-type(1){min-width:6rem}.listed .because{min-width:14rem}
.because code,.dim>code{font-size:.8em}
nav.way{margin:.6rem 0}nav.way ul{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1rem;margin:0;padding:0}
nav.way a{display:inline-block;padding:.2rem 0}nav.way [aria-current]{font-weight:bold;color:var(--ink);text-decoration:none}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
footer{margin-top:2rem;border-top:1px solid var(--line);color:var(--dim);font-size:.9rem}
@media (max-width:36rem){body{padding:.6rem}dl{grid-template-columns:1fr;gap:0}dt{margin-top:.4rem}
dt,dd{grid-column:1}.pages{grid-template-columns:repeat(auto-fill,minmax(9rem,1fr))}
.scroll th[scope=row]{min-width:10rem}.scroll caption{max-width:calc(100vw - 1.2rem)}svg.share{width:4rem}
.listed,.listed caption,.listed tbody,.listed tr,.listed tbody th,.listed td{display:block;width:auto}
.listed thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.listed tr{border-bottom:1px solid var(--line);padding:.4rem 0}.listed tbody th,.listed td{border:0;padding:.1rem 0}
.listed tbody th,.listed td,.listed .because,.listed td>code{min-width:0!important}}
@page{size:A4;margin:15mm}
@media print{:root{color-scheme:light;--ground:#fff;--soft:#f3f5f7;--ink:#000;--dim:#444;--line:#777;--good:#116329;
--bad:#b3141f;--open:#7a4f00;--band:#cfe0f2;--goodsoft:#fff;--badsoft:#fff;--opensoft:#fff}
body{max-width:none;padding:0;font-size:10pt}.drawing{overflow:visible;border:0}.drawing svg{min-width:0}
figure,ol.strip>li,tr{break-inside:avoid}h2,h3,h4,summary{break-after:avoid}
details::details-content{content-visibility:visible;display:block;block-size:auto}
.document{break-before:page}.document:first-of-type{break-before:auto}nav{break-after:page}nav.way{display:none}
dl{grid-template-columns:42mm 1fr}.pages.pictured{grid-template-columns:1fr 1fr}.pages{grid-template-columns:repeat(4,1fr)}}
"""

STYLES: Final = f"\n{COLOURS}.pages svg{{{PAPER}}}{_EVERY_PAGE}{DOCUMENT}"
"""No address and no script stands in it."""
