"""A segmented session store: entries in JSON lines, and an index that says where they stand."""
