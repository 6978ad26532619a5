export { courseRules, diagnose } from './diagnose.ts'
export type { Checkup, Diagnosis, Evidence, Prescription, Severity } from './diagnosis.ts'
export { type PreflightOptions, preflight, preflightRules } from './preflight.ts'
