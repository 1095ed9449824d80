"""Evidence kept in files: records that can be judged again, bundles with which a check can be repeated."""
