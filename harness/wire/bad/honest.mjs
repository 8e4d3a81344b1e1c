// Does everything right: the test of the tests.
import { serve } from './port.mjs';

serve();
