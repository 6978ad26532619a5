export { courseRules, diagnose } from './diagnose.ts'
export type { Checkup, Diagnosis, Evidence, Prescription, Severity } from './diagnosis.ts'
export { preflight, preflightRules } from './preflight.ts'
