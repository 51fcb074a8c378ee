// One part of the build, loaded when claims about a workspace are checked.
export { ProjectFacts } from './projectFacts';
export { readWorkspace } from './readWorkspace';
