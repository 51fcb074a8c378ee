// What makes an image of dependencies: one file of the build, loaded for the first one.
export { install } from './installer';
export { readNodeProject } from './nodeProject';
export { readPythonProject } from './pythonProject';
