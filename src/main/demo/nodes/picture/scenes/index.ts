/** All scenes by name. */
import type { SceneName } from '../words.js';
import { arches } from './arches.js';
import { cat } from './cat.js';
import { city } from './city.js';
import { flower } from './flower.js';
import { forest } from './forest.js';
import { marble } from './marble.js';
import { planet } from './planet.js';
import { portrait } from './portrait.js';
import { ridges } from './ridges.js';
import type { Scene } from './scene.js';
import { sea } from './sea.js';
import { still } from './still.js';

export const scenes: Record<SceneName, Scene> = {
  ridges,
  forest,
  sea,
  still,
  city,
  flower,
  marble,
  arches,
  portrait,
  planet,
  cat,
};
