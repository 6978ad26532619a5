export type { Text } from './base/index.ts'
export {
  type ClaimId,
  claimOf,
  type Finding,
  type GroupName,
  type Lesson,
  type LessonContext,
  type Measure,
  runLesson,
  seedsText,
  type Verdict,
  words,
} from './lessons/index.ts'
