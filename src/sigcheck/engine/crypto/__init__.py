"""Keys, algorithms, ASN.1 and signature values, below CMS and X.509."""
