// What plans and carries out a deploy: one file of the build, loaded when something is first deployed.
export { planDeploy } from './plan';
export { interruptedDeploy, recover } from './ship/recover';
export { deploy, isPromotable, promote, readHistory, rollBack } from './ship/rollBack';
