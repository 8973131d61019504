/** All routes of the engine. */
import type { EngineParts } from '../engine.js';
import type { Route } from '../http.js';
import { jobRoutes } from '../jobs-api.js';
import { internalRoutes } from './internal.js';
import { introspectionRoutes } from './introspection.js';
import { modelRoutes } from './models.js';
import { objectInfoRoutes } from './object-info.js';
import { promptRoutes } from './prompt.js';
import { queueRoutes } from './queue.js';
import { templateRoutes } from './templates.js';
import { uploadRoutes } from './upload.js';
import { userRoutes } from './users.js';
import { viewRoutes } from './view.js';

export function allRoutes(engine: EngineParts): Route[] {
  const routes = [promptRoutes, queueRoutes, objectInfoRoutes, viewRoutes, uploadRoutes, modelRoutes];
  const modern = [
    introspectionRoutes,
    templateRoutes,
    internalRoutes,
    jobRoutes,
    ...(engine.profile.modernRoutes ? [userRoutes] : []),
  ];
  return [...routes, ...modern].flatMap((make) => make(engine));
}
