/**
 * How many different images each model allows for each program, `at all cuts/at the end`, in the
 * order of the models; '-' where too many units may be lost to try all. The counts of append-chrome
 * under seq, ext4-ordered and ext4-ordered-nodelalloc, and of two-appends and replace under seq,
 * are those of Bornholt et al. 2016; the others were counted by this engine and hold its rules in
 * place.
 */
export const counts: Readonly<Record<string, string>> = {
  'append-chrome': '3/1 3/3 4/4 4/4 7/7 12/12 3/3 - 12/12 15/15 15/15 - 7/7',
  'two-appends': '5/1 5/1 5/1 7/2 7/2 13/3 8/3 16/8 13/3 13/13 13/7 29/12 7/7',
  replace: '4/1 4/4 4/4 4/4 4/4 7/7 4/4 7/7 7/7 7/7 11/11 22/18 4/4',
  'lost create': '3/1 3/1 3/1 3/1 3/1 4/1 3/1 4/2 4/1 4/4 4/2 5/2 3/3',
  'lost rename': '2/1 2/2 2/2 2/2 2/2 2/2 2/2 2/2 2/2 2/2 4/4 4/4 2/2',
  'lost unlink': '2/1 2/2 2/2 2/2 2/2 2/2 2/2 2/2 2/2 2/2 2/2 2/2 2/2',
  'lost truncate': '2/1 2/2 2/2 2/2 2/2 2/2 2/2 2/2 2/2 2/2 2/2 2/2 2/2',
  'size before data': '2/1 2/2 2/2 2/2 3/3 3/3 2/2 3/3 3/3 3/3 3/3 8/8 3/3',
  'write over the end': '2/1 2/2 2/2 3/3 4/4 4/4 2/2 4/4 4/4 4/4 4/4 13/13 4/4',
  'overwrite, synced': '2/1 2/1 2/1 2/1 2/1 2/1 2/1 2/1 2/1 2/2 2/1 4/1 2/2',
  'truncate, synced': '2/1 2/1 2/1 2/1 2/1 2/1 2/1 2/1 2/1 2/2 2/1 2/1 2/2',
  'over two sectors': '2/1 2/2 2/2 2/2 2/2 2/2 2/2 4/4 2/2 2/2 2/2 28/28 2/2',
  'over two blocks': '2/1 2/2 3/3 4/4 4/4 4/4 2/2 4/4 4/4 4/4 4/4 28/28 4/4',
  'twice in a block': '3/1 3/3 3/3 3/3 3/3 3/3 3/3 4/4 3/3 4/4 4/4 22/18 3/3',
  'into a hole': '4/1 4/4 4/4 5/5 5/5 6/6 6/6 6/6 6/6 6/6 6/6 16/16 5/5',
  'truncate and append': '3/1 3/3 3/3 4/4 5/5 5/5 3/3 6/6 5/5 6/6 6/6 9/9 5/5',
  'cut and grown': '3/1 3/3 3/3 3/3 3/3 3/3 3/3 4/4 3/3 4/4 4/4 4/4 3/3',
  'overwrite, then append': '3/1 3/3 3/3 3/3 6/6 6/6 3/3 6/6 6/6 6/6 6/6 16/16 6/6',
  'truncate and write anew': '3/1 3/3 3/3 3/3 3/3 5/5 3/3 7/7 6/6 6/6 6/6 9/9 3/3',
  'append and truncate': '3/1 3/3 3/3 3/3 5/5 4/4 3/3 5/5 5/5 5/5 5/5 11/7 5/5',
  'new block after unlink': '3/1 3/3 3/3 4/4 4/4 6/6 4/4 6/6 8/8 6/6 6/6 10/10 4/4',
  'into a hole after unlink': '3/1 3/3 3/3 4/4 4/4 4/4 4/4 4/4 6/6 4/4 4/4 8/8 4/4',
  'replace, another file synced': '4/1 4/1 4/1 4/1 4/1 7/7 4/4 7/7 7/3 7/7 11/11 22/18 4/4',
  'two creates, the later synced': '3/1 3/1 3/1 3/1 3/1 3/1 4/2 4/4 3/1 3/3 3/3 4/4 3/3',
  'two creates, the earlier synced': '3/1 3/1 3/1 3/1 3/1 3/2 3/2 4/4 3/1 3/3 3/3 4/4 3/3',
  'a file in a new directory, synced': '3/1 3/1 3/1 3/1 3/1 3/1 3/1 3/3 3/1 3/3 3/3 3/3 3/3',
  'two directories, one synced': '3/1 3/1 3/1 3/1 3/1 3/2 3/2 3/2 3/1 3/3 3/3 3/2 3/3',
  'a directory in a new directory, synced': '3/1 3/1 3/1 3/1 3/1 3/1 3/1 3/2 3/1 3/3 3/3 3/2 3/3',
  'overwrite, another file synced': '2/1 2/1 2/1 2/2 2/2 2/2 2/2 2/2 2/2 2/2 2/2 4/4 2/2',
  'overwrite, the directory synced': '2/1 2/1 2/1 2/2 2/2 2/2 2/2 2/2 2/2 2/2 2/2 4/4 2/2',
};
