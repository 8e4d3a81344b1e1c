/**
 * What there is to say of a decision row beyond its sentence: codes, extent, exceptions. Unless it
 * says otherwise, a row is told of four entries, each the parent of the next, in segment 1.
 */
export const rowDetails: Readonly<Record<string, string>> = {
  R1: 'The chain hash is the one from before.',
  R2: 'By `json`, or by `io-invalid-data` where the line is no UTF-8.',
  R3: 'From then on every read of that process fails with `json`; the next open rebuilds.',
  R4: 'With k rows left, at least one, it opens with k entries. Later segments become orphans.',
  R5:
    'Refused with `parent-missing`. Hidden, the entry count still is the last entry number, one ' +
    'more than what is shown.',
  R6: 'A torn frame at the end of the last segment is cut on the way.',
  R6b:
    'Opens with the entries before the torn line. What the later segments held was acknowledged; ' +
    'it stands in `.bak` files.',
  R6c: 'Where a parent went, refused with `parent-missing` (R20); else a silent hole (R21).',
  R7: 'All entries are there.',
  R8: 'Code `payload-mismatch`, at every open from then on.',
  R9: 'So with type, time, the id of an entry without children, a parent that is another entry.',
  R10: 'In any segment, with or without an index. The LF is not synced.',
  R11: 'All indexed entries are there; nothing else is looked at.',
  R12: 'All whole frames are there.',
  R13:
    'Code `frame-unreadable`, at every open from then on. A rebuild is needed where the index is ' +
    'missing, or holds the row of the torn frame.',
  R14: 'Code `frame-unparsable`, at every open; no file is changed.',
  R15: 'Refused with `frame-unparsable` at every open once a rebuild is needed; no file is changed.',
  R15b: 'All whole frames are there.',
  R16: 'Offsets then leave out what is skipped.',
  R16b: 'At the end of such a segment nothing is noticed at all.',
  R16c:
    'One byte more: the last LF is cut and given back, all entries are there. Two or more tear ' +
    'the last frame: one entry fewer.',
  R16d: 'No rebuild; all entries are there.',
  R17b:
    'Up to two frames in the active segment: all entries are there. From three on the last is ' +
    'lost, or the store refused as in R13 where the cut falls inside a character. In a segment ' +
    'that is not active nothing is lost.',
  R17d: 'Usually one entry fewer, beside what the edit itself does.',
  R18: 'Opens with the entries before that frame; the rest was acknowledged.',
  R19: 'Opens with the entries before that frame; the rest was acknowledged.',
  R19b:
    'Entry 3 of 4 raised to 9: three rows, and an entry count of 9. Raised in the last frame: ' +
    'all rows, and that count.',
  R20:
    'Code `parent-missing`, at every open from then on: the index no longer names the segment, so ' +
    'bringing the file back does not help.',
  R21: 'The entry count is that of the last number: twelve for nine rows, say.',
  R22: 'The loss is silent.',
  R23: 'No error: a store that lost everything looks like a new one.',
  R24: 'A first frame opens its file with O_TRUNC.',
  R24b:
    'It is those with a higher entry number. They may have been rolled back, or never acknowledged; ' +
    'where their parents are gone the store is refused.',
  R26: 'Nobody was told that the entry is kept.',
  R26b: 'It is then an orphan, as in R24.',
  R26c: 'Nobody was told that the entry is kept, and it is.',
  R26d: 'Nobody was told that the entry is kept, and it is.',
  R27: 'Code `entry-id-duplicate`.',
  R28: 'Code `parent-missing`; the index is not rebuilt for it.',
  R29: 'Code `parent-cycle`. Which id the message names is not determined.',
  R30: 'The manifest then says `parentLinksClosed: false`.',
  R31: 'In frame, row, checkpoint, manifest and event.',
  R33: 'In a frame the code is `frame-unparsable`, and no file is changed.',
  R34:
    'Code `frame-unreadable`. Not noticed inside the value of an unknown member while no rebuild ' +
    'is needed; behind the last indexed frame it is cut as in R11.',
  R35:
    'Code `frame-too-long`. With a threshold of at least its length it opens, but the next ' +
    'rebuild, and reading its segment, fail.',
  R36: 'From four entries to one, say; from thirteen to one, with four segments set aside.',
  R37: 'In any other row it is found by validation, and the index rebuilt.',
  R37b: 'Code `entry-sequence-overflow-bootstrap`, at every open from then on.',
  R38:
    'This is what two writers leave, or a retry after half an append: all that the second writer ' +
    'was told is kept is lost. Harmless where only the row is there twice.',
  R39:
    'Alone it is indexed, and the open refused, for the canonical file is missing. Beside the ' +
    'canonical file the one that sorts second is cut to nothing: refused for good ' +
    '(`index-out-of-bounds`) where that is the canonical one, else all entries are there.',
  R40: 'Code `io-eisdir`.',
  R42: 'The operations that read them fail later.',
  R43b: 'Code `frame-unreadable`.',
  R44: 'All behind it is lost or set aside; harmless behind the last indexed frame.',
  R45: 'All behind it is lost or set aside. The last frame of a segment: as R20 and R21.',
  R46: 'All behind it is lost or set aside.',
  R47: 'All entries are there; where the last two are swapped, R36 comes first: one fewer.',
};
