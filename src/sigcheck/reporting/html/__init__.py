"""Reports as pages of HTML: one file that needs no script and asks no address."""
