"""``python -m tests.benchmarks``: apart from what it runs, which other processes must import."""

from tests.benchmarks.measure import main

if __name__ == "__main__":
    main()
