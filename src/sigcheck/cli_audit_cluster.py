"""`audit --cluster`: a Dask cluster as the workers of an audit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from sigcheck.cli_streams import cannot
from sigcheck.reporting.catalogue import Catalogue

if TYPE_CHECKING:
    from sigcheck.auditing.run import Workers


@contextmanager
def on_cluster(address: str, words: Catalogue) -> Iterator[Workers]:
    """What `audit` takes for its workers, as long as the cluster is connected. Raises CannotRunError."""
    try:
        from sigcheck.running.cluster import ClusterError, connected, run_on_cluster  # noqa: PLC0415 - the extra `cluster`
    except ImportError as error:
        raise cannot(words, "extra-missing", extra="cluster") from error
    try:
        with connected(address) as client:
            yield partial(run_on_cluster, client=client)
    except ClusterError as error:
        raise cannot(words, f"cluster-{error.code}", address=address, detail=error.detail) from error
