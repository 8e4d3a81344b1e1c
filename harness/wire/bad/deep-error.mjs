// Refuses with data that is a hundred thousand lists deep, in the place of an error of the store.
import { serve } from './port.mjs';

const deep = '['.repeat(100_000) + ']'.repeat(100_000);
const error = `{"code":1,"message":"no","data":{"code":${deep},"definite":true}}`;
serve({ 'append-log/append': ({ id }) => `{"jsonrpc":"2.0","id":${id},"error":${error}}\n` });
