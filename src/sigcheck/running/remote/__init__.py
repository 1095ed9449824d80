"""Documents in object stores (S3) and behind SFTP, read where they lie, by ranges, with patience (the extra `remote`)."""
