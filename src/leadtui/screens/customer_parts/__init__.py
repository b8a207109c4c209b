"""Parts of the customer screen that are no widgets: drafts, words, the sheets behind `h` and `w`."""
