export { checkOutputRoot, type OutputRoot } from './output-root.js';
export { findPublishFolder, notWritable, type Project, type PublishFolder } from './project.js';
export { createPublisher, type Publisher, type PublisherPorts } from './publisher.js';
