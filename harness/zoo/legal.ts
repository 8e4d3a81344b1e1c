import { modelNamed } from '../../faults/models/index.ts';
import type { PersistenceModel } from '../../faults/models/model.ts';
import type { Fault } from '../fault.ts';

/**
 * The most hostile file system that a fault takes; a death of the process takes none but that the
 * kernel lives on. Null where nothing crashes.
 */
export function modelOf(fault: Fault): PersistenceModel | null {
  if (fault.is === 'none' || fault.is === 'damage') return null;
  if (fault.is === 'power') return modelNamed(fault.model);
  if (fault.is === 'kill') return modelNamed('kill9');
  const [first, second] = [modelOf(fault.first), modelOf(fault.second)];
  if (first === null || second === null) return first ?? second;
  return first.rank > second.rank ? first : second;
}
