"""The same expressions on Spark: an optional extra, for who outgrows one machine and for checking."""
