"""Times in words, Indonesian and English mixed, by one small grammar of our own. Pure."""
