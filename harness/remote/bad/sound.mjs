// Does everything right.
import { serveLog } from './log.mjs';

serveLog();
