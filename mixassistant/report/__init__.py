"""The report: one versioned JSON document, and every other format made from it alone."""
