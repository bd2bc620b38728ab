"""Territory tables: built once from two registry packages, then read by everything else."""
