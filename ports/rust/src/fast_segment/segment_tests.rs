//! What a segment answers on a disk without faults, and what it refuses.
