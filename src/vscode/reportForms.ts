// One part of the build, loaded when a report is shown or exported.
export { reportDocument, reportHtml } from '../audit/reportHtml';
export { toSarif } from '../audit/sarif';
