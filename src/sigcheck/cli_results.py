"""`sigcheck results`: what a result store holds. Loaded only when it is called."""

from __future__ import annotations

import typer

results_app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)
