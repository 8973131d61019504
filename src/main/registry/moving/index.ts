/** Moving the data directory. */
export { clearAbandonedMove, type MovePoint, type MovePorts, moveDataDir, movePoints } from './move.js';
export { keepOldFolder, oldFolder, removeOldFolder } from './old.js';
export { folderName, planMove } from './plan.js';
