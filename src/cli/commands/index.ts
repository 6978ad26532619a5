import type { CommandRow } from '../command.ts'
import { compareCommand } from './compare.ts'
import { dataCommand } from './data.ts'
import { doctorCommand } from './doctor.ts'
import { doctorInstallCommand } from './doctor-install.ts'
import { ensembleCommand } from './ensemble.ts'
import { evaluateCommand } from './evaluate.ts'
import { exportCommand } from './export.ts'
import { inspectCommand } from './inspect.ts'
import { lessonCommand } from './lesson.ts'
import { lessonsCommand } from './lessons.ts'
import { predictCommand } from './predict.ts'
import { recipesCommand } from './recipes.ts'
import { runCommand } from './run.ts'
import { runsCommand } from './runs.ts'

/** Every command by its name. */
export const commands: Readonly<Record<string, CommandRow>> = {
  run: runCommand,
  compare: compareCommand,
  evaluate: evaluateCommand,
  ensemble: ensembleCommand,
  predict: predictCommand,
  export: exportCommand,
  data: dataCommand,
  recipes: recipesCommand,
  runs: runsCommand,
  inspect: inspectCommand,
  lessons: lessonsCommand,
  lesson: lessonCommand,
  doctor: doctorCommand,
  'doctor-install': doctorInstallCommand,
}
