import { describe, expect, it } from 'vitest';
import { format } from '../../../spec/wal-segment/layout.ts';
import { fileTable, recordTable } from './records.ts';

describe('the tables of a format page', () => {
  it('show binary records, the header of a file before its records', () => {
    const [file] = format.files;
    const text = file === undefined ? '' : recordTable(file);
    const rows = text.split('\n').filter((line) => line.startsWith('| `'));
    expect(rows.map((row) => row.split('|').slice(1, 3).join('|').trim())).toEqual([
      '`magic` | u32 big', '`formatVersion` | u16 big', '`reserved` | u16 big',
      '`instanceId` | u64 big', '`segmentSeq` | u64 big', '`createdAtMicros` | u64 big',
      '`prevSegmentHash` | 32 bytes', '`frameLength` | u32 big', '`commitSeq` | u64 big',
      '`timestampMicros` | u64 big', '`payloadType` | u8', '`payload` | bytes, as `frameLength` says',
      '`crc32c` | u32 big',
    ]); // prettier-ignore
    expect(text).toMatch(/^`segment_%016d\.aedbwal`: .* Primary data, appended\. Fields one/);
    expect(fileTable(format)).toContain('| `segment_%016d.aedbwal` | primary, appended |');
  });
});
