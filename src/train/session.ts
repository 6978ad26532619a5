import { breathe } from '../base/index.ts'
import { lossRowOf, mainLoss } from '../nn/index.ts'
import type { Checkpoint, EpochRecord, Progress, Scores, StepRecord } from '../runs/index.ts'
import { bestOf, hasStopped, requireBest } from './early-stopping.ts'
import { type Evaluator, scoresFrom } from './evaluate.ts'
import type { FitOptions } from './experiment.ts'
import { FlightRecorder } from './flight-recorder.ts'
import { findNonFinite, notFinite, requirePlace } from './guards.ts'
import type { Inspector } from './inspector.ts'
import { noSteps, withStep } from './partial.ts'
import { tell } from './tell.ts'
import type { Trainer } from './trainer.ts'

const start: Progress = { step: 0, epoch: 0, partial: noSteps, history: [], seconds: 0 }

/** Milliseconds between checkpoints within an epoch, unless asked otherwise. */
const checkpointEveryMs = 30_000

/** After so many in one sitting a run is given up. */
const mostRecoveries = 100

/** One sitting of a run: makes steps, closes epochs, saves, and stops when asked to. */
export class Session {
  /** Its history is `#history`, which grows in place: copying it each epoch adds up over many short ones. */
  #progress: Progress
  readonly #history: EpochRecord[]
  readonly #options: FitOptions
  readonly #trainer: Trainer
  readonly #evaluator: Evaluator
  readonly #inspector: Inspector | undefined
  readonly #flight: FlightRecorder
  readonly #secondsBefore: number
  readonly #startedAt = performance.now()
  #savedAt = performance.now()
  #recoveries = 0

  constructor(options: FitOptions, trainer: Trainer, evaluator: Evaluator, inspector?: Inspector) {
    this.#inspector = inspector
    this.#options = options
    this.#trainer = trainer
    this.#evaluator = evaluator
    this.#flight = new FlightRecorder(trainer)
    const { history, ...progress } = options.resume?.progress ?? start
    this.#history = [...history]
    this.#progress = { ...progress, history: this.#history }
    trainer.rateFactor = this.#progress.rateFactor ?? 1
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
    if (bad) throw notFinite(this.#place(this.#progress.step), 'finite parameters after it', bad)
    return { tensors, progress: this.progress }
  }

  /** Trains until so many epochs are done; false when the signal stopped it before. */
  async runTo(epochs: number): Promise<boolean> {
    const { signal, recorders = [] } = this.#options
    await this.#flight.keep(this.#progress)
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
    const { step, history } = this.#progress
    const records = this.#isLookDue(step)
      ? [await this.#look(step, history)]
      : await this.#trainer.advance(step, history)
    const bad = records.findIndex(({ loss }) => !Number.isFinite(loss))
    const good = bad < 0 ? records : records.slice(0, bad + 1)
    await tell(recorders, recorder => recorder.steps?.(good))
    if (bad >= 0) {
      const { step, loss } = records[bad]!
      return this.#recover(step, 'a finite loss', String(loss))
    }
    this.#progress = {
      ...this.#progress,
      step: records.at(-1)!.step,
      partial: records.reduce(withStep, this.#progress.partial),
      seconds: this.#seconds(),
    }
    await this.#afterStep()
  }

  /** Whether the next step is to be measured: it is time to, and its batch is a whole one. */
  #isLookDue(step: number): boolean {
    const isWhole = () => this.#trainer.batchAt(step).size === this.#options.batchSize
    return this.#inspector?.isDue(step) === true && isWhole()
  }

  /** Makes a step and tells of its signals. */
  async #look(step: number, history: readonly EpochRecord[]): Promise<StepRecord> {
    const { recorders = [] } = this.#options
    const { record, signals } = await this.#inspector!.advance(this.#trainer, step, history)
    await tell(recorders, recorder => recorder.signals?.(signals))
    return record
  }

  /** At the end of an epoch, and when it is time to save, all that a run carries has to be finite. */
  async #afterStep(): Promise<void> {
    const { step } = this.#progress
    const isEpochDone = step % this.#trainer.stepsPerEpoch === 0
    if (!isEpochDone && !this.#isSaveDue()) return this.#flight.keep(this.#progress)
    const held = await this.#trainer.state.read()
    const bad = findNonFinite(held) && findNonFinite(await this.#trainer.tensors())
    if (bad) return this.#recover(step, 'finite parameters after it', bad)
    await (isEpochDone ? this.#closeEpoch() : this.#save(false))
    this.#flight.keepRead(this.#progress, held)
  }

  async #closeEpoch(): Promise<void> {
    const { data, recorders = [] } = this.#options
    const { partial, best: before, step } = this.#progress
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
    this.#progress = { ...this.#progress, epoch, partial: noSteps, best, seconds }
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

  /**
   * After a step that left the finite numbers: goes back, and on as `onNonFinite` says.
   * Throws RunError that names the first bad value, where it is met again, when that is to stop.
   */
  async #recover(last: number, expected: string, received: string): Promise<void> {
    const { onNonFinite = 'stop', recorders = [] } = this.#options
    const divergence = await this.#flight.replay(last, this.#history)
    if (onNonFinite === 'stop' || !divergence || this.#recoveries++ >= mostRecoveries)
      throw notFinite(this.#place(last), expected, received, divergence)
    const { step, bad, partial } = divergence
    const { sentence } = bad
    await tell(recorders, recorder => recorder.recover?.({ step, action: onNonFinite, sentence }))
    if (onNonFinite === 'halveRate') this.#halveRate()
    else await this.#skip(step, partial)
  }

  /** From the last good state that was kept: before a bad step the numbers are often too large already. */
  #halveRate(): void {
    const rateFactor = (this.#progress.rateFactor ?? 1) / 2
    const progress = this.#flight.rewind()
    this.#history.length = progress.epoch
    this.#progress = { ...progress, rateFactor }
    this.#trainer.rateFactor = rateFactor
  }

  async #skip(step: number, partial: Progress['partial']): Promise<void> {
    const skipped = (partial.skipped ?? 0) + this.#trainer.batchAt(step - 1).size
    this.#progress = { ...this.#progress, step, partial: { ...partial, skipped } }
    if (step % this.#trainer.stepsPerEpoch === 0 && partial.examples === 0)
      throw notFinite(
        this.#place(step),
        'a finite loss in its epoch',
        'none: every step is skipped',
      )
    this.#flight.keepRead(this.#progress, await this.#trainer.state.read())
    await this.#afterStep()
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
