// What a row is searched by: title, organisation, places, fields of study. Whether it has words (for the filter), and how well,
// as the macro search of sql/ says it without descriptions (for the person's wishes).

import type { Contents } from './data'
import type { Internships, Texts } from './internships'
import { fold } from './words'

const NO_SPACES = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}ー\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}'
const GLUED = new RegExp(`[${NO_SPACES}]`, 'u')
const GLUED_RUN = new RegExp(`([${NO_SPACES}]+)`, 'gu')
const WORD = /[\p{L}\p{M}\p{N}+#]+/gu
const BETWEEN = /[^\p{L}\p{M}\p{N}+#]+/gu

/** Points of a word that stands whole in each of a row's texts, in their order. */
const WEIGHTS = [8, 5, 4, 3]
const NAMES = ['title', 'organization', 'place', 'field']

/** A text of every row: its distinct values, and the value of each row; null where each row has its own. */
interface Column { values: string[]; codes: Uint32Array | null }

export interface Having {
  has: (row: number) => boolean
  /** How far from the title: of each word nothing where one of the title begins with it, 1 within such a word, 2 elsewhere. */
  distance: Uint16Array
}

export interface Scores {
  /** 0 where no word stands, to three digits. */
  scores: Float64Array
  /** The words of a row, each with where it stands best. */
  found: (row: number) => string[]
}

export class SearchTexts {
  private made: Column[] | undefined

  constructor(private readonly internships: Internships, private readonly contents: Contents) {}

  /** Title, organisation, places, fields. Made when first asked for, or before. */
  columns(): Column[] {
    if (this.made) return this.made
    const { titles, texts } = this.internships
    const { countries, fields } = this.contents
    const column = (texts_: Texts, name: (value: string) => string = (value) => value): Column =>
      ({ values: texts_.values.map((value) => spaced(name(value))), codes: texts_.codes })
    const names = (value: string, known: Record<string, string>): string => value.split(' ').map((code) => known[code] ?? code).join(' ')
    const states = column(texts.countries, (value) => names(value, countries))
    const towns = column(texts.cities)
    // a pair of a town and its countries is a value of its own
    const pairs = new Map<number, number>()
    const places: string[] = []
    const placeOf = new Uint32Array(titles.length)
    for (let row = 0; row < titles.length; row++) {
      const pair = texts.cities.codes[row] * 65536 + texts.countries.codes[row]
      let code = pairs.get(pair)
      if (code === undefined) {
        code = places.length
        pairs.set(pair, code)
        places.push(`${towns.values[texts.cities.codes[row]]}${states.values[texts.countries.codes[row]].slice(1)}`)
      }
      placeOf[row] = code
    }
    this.made = [
      { values: titles.map(spaced), codes: null },
      column(texts.organization),
      { values: places, codes: placeOf },
      column(texts.fields, (value) => names(value, fields)),
    ]
    return this.made
  }

  /** Which rows have each of the words somewhere; null where no word is asked. */
  having(text: string): Having | null {
    const words = wordsOf(text)
    if (!words.length) return null
    const { rows } = this.internships
    const hasAll = new Uint8Array(rows).fill(1)
    const distance = new Uint16Array(rows)
    for (const word of words) {
      const has = new Uint8Array(rows)
      for (const { values, codes } of this.columns()) {
        const within = new Uint8Array(values.length)
        for (let at = 0; at < values.length; at++) within[at] = values[at].includes(word) ? 1 : 0
        for (let row = 0; row < rows; row++) has[row] |= within[codes ? codes[row] : row]
      }
      for (let row = 0; row < rows; row++) hasAll[row] &= has[row]
      const titles = this.columns()[0].values
      for (let row = 0; row < rows; row++) {
        if (hasAll[row]) distance[row] += titles[row].includes(` ${word}`) ? 0 : titles[row].includes(word) ? 1 : 2
      }
    }
    return { has: (row) => hasAll[row] === 1, distance }
  }

  /** How well the rows have these words. */
  scores(text: string): Scores {
    const { rows } = this.internships
    const scores = new Float64Array(rows)
    const words = wordsOf(text).sort()
    if (!words.length) return { scores, found: () => [] }
    const isOpen = this.internships.texts.state.values.map((state) => state === 'open')
    const states = this.internships.texts.state.codes
    let open = 0
    for (let row = 0; row < rows; row++) if (isOpen[states[row]]) open++
    const hits = words.map((word) => this.hits(word))
    let whole = 0
    hits.forEach(({ points }) => {
      let having = 0
      for (let row = 0; row < rows; row++) if (points[row] && isOpen[states[row]]) having++
      if (!having) return // a word that none has tells nothing
      const rarity = Math.log(1 + open / having)
      whole += WEIGHTS[0] * rarity
      for (let row = 0; row < rows; row++) scores[row] += points[row] * rarity
    })
    if (whole) for (let row = 0; row < rows; row++) scores[row] = Math.round(scores[row] / whole * 1000) / 1000
    return {
      scores,
      found: (row) => words.flatMap((word, at) => hits[at].points[row] ? [`${word}: ${NAMES[hits[at].places[row]]}`] : []),
    }
  }

  /** Where a word stands best in each row, and the points for it. */
  private hits(word: string): { points: Float64Array; places: Uint8Array } {
    const { rows } = this.internships
    const grade = grader(word)
    const points = new Float64Array(rows)
    const places = new Uint8Array(rows)
    this.columns().forEach(({ values, codes }, place) => {
      const grades = new Float64Array(values.length)
      for (let at = 0; at < values.length; at++) grades[at] = grade(values[at])
      for (let row = 0; row < rows; row++) {
        const here = grades[codes ? codes[row] : row] * WEIGHTS[place]
        if (here > points[row]) {
          points[row] = here
          places[row] = place
        }
      }
    })
    return { points, places }
  }
}

/** Words as they are compared, each once. */
function wordsOf(text: string): string[] {
  return [...new Set(fold(text).replace(GLUED_RUN, ' $1 ').match(WORD) ?? [])]
}

const spaced = (text: string): string => ` ${fold(text).replace(BETWEEN, ' ').trim()} `

/** 1: it stands there whole (in a script without spaces: anywhere); 0.8: something begins with it; 0.4: most of its pieces do. */
function grader(word: string): (text: string) => number {
  const letters = Array.from(word)
  const isGlued = GLUED.test(word)
  const wanted = isGlued ? word : ` ${word} `
  const start = ` ${word}`
  const padded = isGlued ? letters : [' ', ...letters]
  const size = isGlued ? 2 : 3
  const pieces = isGlued || letters.length >= 5 ? letters.slice(1).map((_, at) => padded.slice(at, at + size).join('')) : []
  const enough = Math.max(0.65 * pieces.length, 1)
  return (text) => {
    if (text.includes(wanted)) return 1
    if (letters.length >= 3 && text.includes(start)) return 0.8
    let found = 0
    for (const piece of pieces) if (text.includes(piece)) found++
    return found >= enough ? 0.4 : 0
  }
}
