// Does what looks wrong and is allowed: other members, names that JavaScript has a meaning for, a CR
// before the LF, answers byte by byte and in another order, text that no terminal should be given.
import * as fs from 'node:fs';
import { hello, honest, reply, serve } from './port.mjs';

const odd = '"__proto__":{"polluted":true},"constructor":1,"\u2028":"\u0085\\u001b[2J\\ud800"';
const spoil = (line) =>
  `${line.trim().slice(0, -1)},${odd}}\r\n`.replace('{"entries"', `{${odd},"entries"`);
const kinds = `"kinds":{"__proto__":${JSON.stringify(hello.kinds['append-log'])},`;
const byByte = (line) => {
  for (const byte of Buffer.from(line)) fs.writeSync(1, Buffer.of(byte));
};
const held = [];
const answerHeld = () => {
  if (held.length === 0) return;
  byByte(`{"jsonrpc":"2.0","method":"log"}\n${held.splice(0).toReversed().join('')}`);
};
serve({
  initialize: ({ id }) => byByte(spoil(reply(id, hello)).replace('"kinds":{', kinds)),
  'append-log/append': (request) => {
    held.push(spoil(honest['append-log/append'](request)));
    // What was asked at once is answered at once, the last first.
    if (held.length > 1) answerHeld();
    else setTimeout(answerHeld, 20);
  },
  'append-log/read': (request) => byByte(spoil(honest['append-log/read'](request))),
});
