import { rowNamed } from '../base/index.ts'
import { type AveragingConfig, averagingTable } from './averaging.ts'
import { type ClipConfig, clipTable } from './clip.ts'
import { type ConstraintConfig, constraintTable } from './constraint.ts'
import { type PenaltyConfig, penaltyTable } from './penalty.ts'
import { type ScheduleConfig, scheduleTable } from './schedules.ts'

/** What may stand around an optimiser. */
export interface AroundOptimizer {
  readonly schedule?: ScheduleConfig
  readonly penalty?: PenaltyConfig | readonly PenaltyConfig[]
  readonly clip?: ClipConfig
  readonly constraint?: ConstraintConfig
  readonly averaging?: AveragingConfig
}

/** Throws ConfigError when one of the descriptions is of no known kind. */
export function requireKnownKinds(around: AroundOptimizer): void {
  const { schedule, penalty = [], clip, constraint, averaging } = around
  if (schedule) requireSchedule(schedule)
  for (const { kind } of [penalty].flat()) rowNamed('penalty', penaltyTable, kind)
  if (clip) rowNamed('clip', clipTable, clip.kind)
  if (constraint) rowNamed('constraint', constraintTable, constraint.kind)
  if (averaging) rowNamed('averaging', averagingTable, averaging.kind)
}

function requireSchedule(schedule: ScheduleConfig): void {
  rowNamed('schedule', scheduleTable, schedule.kind)
  if ('schedules' in schedule) schedule.schedules.forEach(requireSchedule)
}
