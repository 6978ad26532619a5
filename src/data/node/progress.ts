/** Is told how far something is, as a share from 0 to 1, and what. */
export type OnProgress = (share: number, what: string) => void

/**
 * Tells nothing for the first two seconds, then at most four times a second.
 * `clock` tells milliseconds.
 */
export function slowly(
  onProgress: OnProgress | undefined,
  clock: () => number = () => performance.now(),
): OnProgress {
  if (!onProgress) return () => {}
  let next = clock() + 2000
  return (share, what) => {
    const now = clock()
    if (now < next) return
    next = now + 250
    onProgress(share, what)
  }
}
