/** A text in the languages of the lessons. */
export interface Text {
  readonly en: string
  readonly ko: string
}

/** A language of the lessons. */
export type Language = keyof Text

/** The languages of the lessons; the first is the default. */
export const languages: readonly Language[] = ['en', 'ko']
