import { breathe, type RunError } from '../base/index.ts'
import { lossRowOf, mainLoss } from '../nn/index.ts'
import type { Checkpoint, EpochRecord, Progress, Scores, StepRecord } from '../runs/index.ts'
import { bestOf, hasStopped, requireBest } from './early-stopping.ts'
import { type Evaluator, scoresFrom } from './evaluate.ts'
import type { FitOptions } from './experiment.ts'
import { FlightRecorder } from './flight-recorder.ts'
import { findNonFinite, notFinite, requirePlace } from './guards.ts'
import { tell } from './tell.ts'
import type { Trainer } from './trainer.ts'

const none = { lossSum: 0, correct: 0, examples: 0 }
const start: Progress = { step: 0, epoch: 0, partial: none, history: [], seconds: 0 }

/** Milliseconds between checkpoints within an epoch, unless asked otherwise. */
const checkpointEveryMs = 30_000

/** One sitting of a run: makes steps, closes epochs, saves, and stops when asked to. */
export class Session {
  /** Its history is `#history`, which grows in place: copying it each epoch adds up over many short ones. */
  #progress: Progress
  readonly #history: EpochRecord[]
  readonly #options: FitOptions
  readonly #trainer: Trainer
  readonly #evaluator: Evaluator
  readonly #flight: FlightRecorder
  readonly #secondsBefore: number
  readonly #startedAt = performance.now()
  #savedAt = performance.now()

  constructor(options: FitOptions, trainer: Trainer, evaluator: Evaluator) {
    this.#options = options
    this.#trainer = trainer
    this.#evaluator = evaluator
    this.#flight = new FlightRecorder(trainer)
    const { history, ...progress } = options.resume?.progress ?? start
    this.#history = [...history]
    this.#progress = { ...progress, history: this.#history }
    requirePlace(this.#progress, options.batchSize, trainer.stepsPerEpoch)
    if (options.earlyStopping?.restoreBest) requireBest(this.#progress, trainer.keepsBest)
    this.#secondsBefore = this.#progress.seconds
  }

  /** How far the run is now. */
  get progress(): Progress {
    return { ...this.#progress, history: [...this.#history] }
  }

  /**
   * A copy of the tensors with how far the run is.
   * Throws RunError when a number is not finite: a checkpoint is something to go on from.
   */
  async checkpoint(): Promise<Checkpoint> {
    const tensors = await this.#trainer.tensors()
    const bad = findNonFinite(tensors)
    if (bad) throw await this.#diverged(this.#progress.step, 'finite parameters after it', bad)
    return { tensors, progress: this.progress }
  }

  /** Trains until so many epochs are done; false when the signal stopped it before. */
  async runTo(epochs: number): Promise<boolean> {
    const { signal, recorders = [] } = this.#options
    await this.#flight.keep(this.#progress.step)
    if (this.#progress.step === 0) await this.#save(false)
    const { earlyStopping } = this.#options
    while (this.#progress.epoch < epochs && !hasStopped(this.#progress, earlyStopping)) {
      if (signal?.aborted) {
        await this.#save(false)
        await tell(recorders, recorder => recorder.end?.(this.#interrupted()))
        return false
      }
      await this.#advance()
      await breathe()
    }
    return true
  }

  async #advance(): Promise<void> {
    const { recorders = [] } = this.#options
    const records = await this.#trainer.advance(this.#progress.step, this.#progress.history)
    const bad = records.findIndex(({ loss }) => !Number.isFinite(loss))
    const good = bad < 0 ? records : records.slice(0, bad + 1)
    await tell(recorders, recorder => recorder.steps?.(good))
    if (bad >= 0) {
      const { step, loss } = records[bad]!
      throw await this.#diverged(step, 'a finite loss', String(loss))
    }
    this.#progress = {
      ...this.#progress,
      step: records.at(-1)!.step,
      partial: records.reduce(added, this.#progress.partial),
      seconds: this.#seconds(),
    }
    if (this.#progress.step % this.#trainer.stepsPerEpoch === 0) await this.#closeEpoch()
    else {
      await this.#flight.keep(this.#progress.step)
      if (this.#isSaveDue()) await this.#save(false)
    }
  }

  async #closeEpoch(): Promise<void> {
    const { data, recorders = [] } = this.#options
    const { partial, best: before, step } = this.#progress
    // Nothing is scored or told of parameters that cannot be saved; the checkpoint refuses by name.
    const held = await this.#trainer.state.read()
    if (findNonFinite(held)) await this.checkpoint()
    this.#flight.keepRead(step, held)
    const validation =
      data.validation && (await this.#evaluator.score(data.validation, this.#trainer.state))
    if (validation && !Number.isFinite(validation.loss))
      throw notFinite(this.#place(step), 'a finite validation loss after it', `${validation.loss}`)
    const epoch = this.#progress.epoch + 1
    const seconds = this.#seconds()
    const train = this.#partialScores()
    const record = {
      epoch,
      step,
      train,
      ...(validation ? { validation } : {}),
      seconds,
      examplesPerSecond: partial.examples / (seconds - (this.#history.at(-1)?.seconds ?? 0)),
    }
    const best = bestOf(before, epoch, validation ?? train, this.#options.earlyStopping)
    const isBest = best !== before
    if (isBest) await this.#trainer.keepBest()
    this.#history.push(record)
    this.#progress = {
      step,
      epoch,
      partial: none,
      history: this.#history,
      best,
      seconds,
    }
    await tell(recorders, recorder => recorder.epoch?.(record))
    await this.#save(isBest)
  }

  async #save(isBest: boolean): Promise<void> {
    const { recorders = [] } = this.#options
    this.#savedAt = performance.now()
    if (!recorders.some(({ checkpoint }) => checkpoint)) return
    const checkpoint = await this.checkpoint()
    await tell(recorders, recorder => recorder.checkpoint?.(checkpoint, isBest))
  }

  #isSaveDue(): boolean {
    const every = this.#options.checkpointEveryMs ?? checkpointEveryMs
    return performance.now() - this.#savedAt >= every
  }

  #seconds(): number {
    return this.#secondsBefore + (performance.now() - this.#startedAt) / 1000
  }

  /** Over the steps done in the epoch under way. */
  #partialScores(): Scores {
    const { lossSum, correct, examples } = this.#progress.partial
    const classifies = lossRowOf(mainLoss(this.#options.loss)).isCorrect !== undefined
    return scoresFrom(lossSum, classifies ? correct : undefined, examples)
  }

  /** The error of a run that left the finite numbers, with the first bad value where it is met again. */
  async #diverged(step: number, expected: string, received: string): Promise<RunError> {
    const divergence = await this.#flight.replay(step, this.#history)
    return notFinite(this.#place(step), expected, received, divergence)
  }

  #place(step: number): string {
    return `step ${step} (epoch ${Math.ceil(step / this.#trainer.stepsPerEpoch)})`
  }

  #interrupted() {
    const { epoch, step, history, seconds } = this.#progress
    const train = history.at(-1)?.train ?? this.#partialScores()
    return { status: 'interrupted' as const, epochs: epoch, steps: step, seconds, train }
  }
}

function added(sums: Progress['partial'], record: StepRecord): Progress['partial'] {
  const { loss, accuracy = 0, examples } = record
  return {
    lossSum: sums.lossSum + loss * examples,
    // The engine's float32 sum, exactly: the division and this product err by less than its last bit.
    correct: sums.correct + Math.fround(accuracy * examples),
    examples: sums.examples + examples,
  }
}
