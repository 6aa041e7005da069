"""What is fast, measured: ``make bench``. Ratios of medians, taken turn about in one run; ids and bars are a public contract."""
