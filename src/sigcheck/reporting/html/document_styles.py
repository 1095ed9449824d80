"""The style sheet of one document's report: its first screen, time line, revisions, chains and cards, on screens and on A4."""

from __future__ import annotations

from typing import Final

DOCUMENT: Final = """
.answer{color:var(--ink);border:2px solid var(--line);border-radius:.5rem;background:var(--ground);overflow:hidden}
.answer.good{border-color:var(--good)}.answer.bad{border-color:var(--bad)}.answer.open{border-color:var(--open)}
.answer>*{margin:0;padding:.5rem 1rem}.answer h2,.answer h3{font-size:1rem;border:0;padding:0;margin:.2rem 0 .3rem}
.banner{background:var(--soft)}.good>.banner{background:var(--goodsoft)}.bad>.banner{background:var(--badsoft)}
.open>.banner{background:var(--opensoft)}
.answer .banner h1,.answer .banner h2{display:flex;gap:.6rem;align-items:center;font-size:1.9rem;margin:.1rem 0}
.banner .mark{flex:none;display:inline-grid;place-items:center;width:1.4em;height:1.4em;border:.13em solid;border-radius:50%;
font-size:.85em;line-height:1}
.document{margin-top:1rem}.document~.document{margin-top:4rem}.file{margin:0}
.why{border-bottom:1px solid var(--line);font-weight:600}
.four{grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:.4rem 1.2rem}.four>div{min-width:0}
.four dt{color:var(--ink);font-weight:600}.four dd{margin:0}
.signers{list-style:none;margin:0;padding:0}
.signers>li{display:grid;grid-template-columns:1.4rem minmax(0,22rem) minmax(0,1fr);gap:0 .4rem;padding:.25rem 0;
border-top:1px solid var(--soft)}
.signers a{font-weight:600}.when,.many,td{font-variant-numeric:tabular-nums}
.pair{display:flex;flex-wrap:wrap;gap:.5rem 2rem;border-top:1px solid var(--line)}.pair>div{flex:1 1 24rem;min-width:0}
.pair ul{margin:.2rem 0;padding-left:1.2rem}.pair li{margin:.15rem 0}.todo li{font-weight:600}
.drawn{font-weight:600;margin:.6rem 0 .2rem}
.times{border:1px solid var(--line);border-radius:.4rem;padding:.4rem .7rem;font-size:.9rem}
.times ul{list-style:none;margin:0;padding:0}
.row{display:grid;grid-template-columns:minmax(0,14rem) minmax(0,15.5rem) minmax(0,1fr);gap:0 .8rem;align-items:center;
border-top:1px solid var(--soft)}
.times>.row{border-top:0}.row .when{color:var(--dim)}.row .track{grid-column:3}
svg.track{display:block;width:100%;height:28px;overflow:visible}svg.axis{height:36px}
svg.axis text{font-size:12px;fill:var(--dim)}svg.axis .nowtext{fill:var(--link);font-weight:bold}
svg .grid{stroke:var(--line);stroke-width:.5;stroke-dasharray:2 3}svg .now{stroke:var(--link);stroke-width:2}
svg .bar{fill:var(--band);stroke:var(--line)}svg .band{fill:var(--band)}svg .thin{fill:var(--line);stroke:var(--ink)}
svg .proven{fill:var(--good);stroke:var(--ground)}svg .claimed{fill:var(--ground);stroke:var(--open);stroke-width:2}
ol.strip{list-style:none;display:flex;flex-wrap:wrap;gap:.5rem;padding:0;margin:.5rem 0}
ol.strip>li{border:1px solid var(--line);border-top:.3rem solid var(--line);border-radius:.3rem;padding:.3rem .6rem;
flex:1 1 12rem;max-width:26rem;font-size:.9rem}
ol.strip>li.signed,ol.strip>li.stamped{border-top-color:var(--good)}ol.strip>li.refused{border:2px solid var(--bad);
border-top-width:.3rem}
.begins{display:inline-block}.begins::first-letter{text-transform:uppercase}
ol.strip .refused .mark{color:var(--bad)}ol.strip ul{margin:.2em 0;padding-left:1.1rem}
.tree,.tree ul{list-style:none;margin:0;padding:0}.tree ul{margin-left:1rem}
.tree li{position:relative;padding:.2rem 0}.tree ul>li{padding-left:1.6rem}
.tree ul>li::before{content:"";position:absolute;left:0;top:1.3rem;width:1.5rem;border-top:3px solid var(--good)}
.tree ul>li.listed-link::before{border-top:3px dashed var(--open)}
.tree ul>li::after{content:"";position:absolute;left:0;top:0;bottom:0;border-left:2px solid var(--line)}
.tree ul>li:last-child::after{bottom:auto;height:1.4rem}
.node{border:1px solid var(--line);border-radius:.3rem;padding:.25rem .7rem;display:flex;flex-wrap:wrap;gap:0 .8rem;
align-items:baseline}
.node.anchor{border:2px solid var(--good)}.node .tag{margin-left:auto;font-size:.85rem;color:var(--dim)}
.listed-link>.node .tag{color:var(--open)}.listed-link>.node{border-style:dashed}
.card h2,.card h3,.card h4{font-size:1.1rem;margin:.5rem 0}.card .part h4,.card .part h5{font-size:1rem}
.card .sub{display:block;font-size:.85rem;font-weight:normal;color:var(--dim)}
summary>.when{display:block;font-size:.9rem}summary:has(h2,h3,h4){list-style-position:outside;margin-left:1rem}
.card details>summary>h3,.card details>summary>h4{display:inline}
ul.many{columns:17rem;list-style:none;margin:.1rem 0 .3rem;padding-left:1rem}
.scroll code,.command span{white-space:nowrap}
@media (max-width:44rem){.row{display:flex;flex-wrap:wrap;gap:0 .6rem}.row .track{flex:1 0 100%}
.row .name{flex:0 1 auto;min-width:0}
.row .when{margin-left:auto;font-size:.85rem}.times{padding:.3rem .5rem}
.signers>li{grid-template-columns:1.4rem minmax(0,1fr)}.signers .when{grid-column:2}
.answer>*{padding:.4rem .7rem}.answer .banner h1,.answer .banner h2{font-size:1.5rem}
.four{grid-template-columns:1fr;gap:.25rem}.four dt,.four dd{display:inline}.four dt::after{content:": "}
.card{padding:.2rem .7rem .6rem}.tree ul{margin-left:.4rem}.tree ul>li{padding-left:1.1rem}.tree ul>li::before{width:1rem}
.node .tag{margin-left:0;flex-basis:100%}}
@media (forced-colors:active){:root{--ground:Canvas;--soft:Canvas;--ink:CanvasText;--dim:CanvasText;--line:CanvasText;
--good:CanvasText;--bad:CanvasText;--open:CanvasText;--link:LinkText;--band:GrayText}}
@page{margin:14mm 14mm 16mm;@bottom-right{content:counter(page) "/" counter(pages);font:8pt system-ui,sans-serif}}
@media print{html{font-size:9pt}body{font-size:1rem;line-height:1.4}h2{margin-top:1em}
.answer,.banner,.four,.signers>li,.part,.node,.row,.why,.pair>div,ul.marks>li{break-inside:avoid}
figure:has(.tree){break-inside:auto}.answer{break-inside:auto}
.card{break-inside:auto;-webkit-box-decoration-break:clone;box-decoration-break:clone;padding:.2rem .8rem .4rem}
.card h3,.card h4,h2+p,h3+p,p:has(+.pages){break-after:avoid}
section:has(>.pages)>p{break-inside:avoid}figcaption{break-before:avoid}
p,li,dd{orphans:3;widows:3}summary{list-style:none}summary::-webkit-details-marker{display:none}
.scroll{overflow:visible}table{font-size:7pt}.scroll code{font-size:6pt}
.scroll td,.scroll td:not(.number),.scroll td>code{min-width:0}.scroll td:first-child,
.scroll td:nth-child(3){white-space:nowrap}
footer{margin-top:.6rem;break-before:avoid}.four{grid-template-columns:repeat(4,minmax(0,1fr))}thead{display:table-header-group}
ol.strip>li{flex-basis:40mm}a{color:inherit;text-decoration:none}ul.many{columns:2}
.row{grid-template-columns:40mm 46mm minmax(0,1fr)}svg.track{height:24px}
svg.axis{height:36px}.banner,.times{print-color-adjust:exact}}
"""
"""Behind the sheet of all pages."""
