/** What loops are made of: loaded with the first loop, and not before. */
export { Loop1 } from './loops/loop1/loop1';
export { auditsSource } from './loops/loop1/research/audits';
export { containersSource } from './loops/loop1/research/containers';
export { gitSource } from './loops/loop1/research/git';
export { networkSources } from './loops/loop1/research/network';
export { staticSource } from './loops/loop1/research/staticFindings';
export { workspaceSource } from './loops/loop1/research/workspace';
export { gateOf } from './loops/loop2/gate/gateParts';
export { Loop2 } from './loops/loop2/loop2';
export { linkTo } from './loops/loop2/loop1Link';
