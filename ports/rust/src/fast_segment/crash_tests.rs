//! What a segment keeps when calls fail and processes die.
