"""Two stores behind the port protocol: an append-only log and a segmented session store."""
