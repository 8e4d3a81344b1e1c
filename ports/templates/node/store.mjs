// Your log: fill in the five operations, and `abandon`. driver.mjs asks them.
//
// Until an operation is written it answers `not_supported`, with the line to go to.

/** The log says no, and has changed nothing on the disk. `code`: a-z, 0-9, - and _. */
export class Refused extends Error {
  constructor(code, message = code) {
    super(message);
    this.code = code;
  }
}

/** What is still to be written. */
export class Todo extends Error {}

/** One open log. Its files stand in `directory`, which exists; an entry is a Uint8Array. */
export class Log {
  constructor(directory, { eachAppendIsDurable }) {
    throw new Todo(
      'open the log in `directory`, or make it. What a crash left is put right here: find the ' +
        'last whole entry, and cut what is behind it',
    );
  }

  append(payload) {
    throw new Todo(
      'write one entry behind the last. Once this returns, it must survive a kill of the ' +
        'process; a power cut too, where `eachAppendIsDurable` (fsyncSync)',
    );
  }

  sync() {
    throw new Todo(
      'fsyncSync: every entry that was appended must survive a power cut from here on',
    );
  }

  read() {
    throw new Todo('every entry, in order, as a list; change nothing');
  }

  close() {
    throw new Todo('close the files; the log will be opened again');
  }

  /** Stands for the death of the process: what was not written yet is lost. */
  abandon() {
    throw new Todo('close the file descriptors and write nothing: no flush, no lock removed');
  }
}
