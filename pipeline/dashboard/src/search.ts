// How well a row has the words that are searched: the macro search of sql/ without descriptions, with the same grades, weights
// and order. What the words mean is in terms.ts. Each distinct word of the texts is graded once, and each distinct text by its
// words, never each row.

import type { Contents } from './data'
import type { Internships, TextName, Texts } from './internships'
import { NONE } from './internships'
import { message } from './messages'
import type { Terms, Unit } from './terms'
import { isGlued, isSlip, maySlip, readTerms, WORD } from './terms'
import { country, fold } from './words'

/** Points of what stands whole in each place, in their order. */
const WEIGHTS = [8, 5, 4, 3, 3]
const PLACES = ['title', 'organization', 'place', 'field', 'fact'] as const
/** Grades in tenths: whole, as the beginning of a word, in pieces or with a slip. */
const WHOLE = 10, BEGINNING = 8, ALIKE = 4
const PLACE_OF_FACET: Record<string, number> = { country: 2, town: 2, field: 3, occupation: 3, pay_status: 4, visa_support: 4, work_mode: 4 }
const COLUMN_OF_FACET: Record<string, TextName> = {
  country: 'countries', town: 'cities', field: 'fields', occupation: 'occupation', pay_status: 'pay_status',
  visa_support: 'visa_support', work_mode: 'work_mode',
}

/** A text of every row: the words of its distinct values, as numbers of the vocabulary, and the value of each row. */
interface Column { starts: Uint32Array; words: Uint32Array; codes: Uint32Array | null }

/** A unit's points in each row, in tenths, and the place that they are for. */
interface Hits { points: Uint8Array; places: Uint8Array }

/** What was understood: a unit, and the words or the country that a slip was taken for. */
export interface Understood { unit: Unit; slips: string[] }

export interface Scores {
  /** 0 where no word stands, to three digits. */
  scores: Float64Array
  /** Rows that have every word that any open one has. */
  hasAll: Uint8Array
  understood: Understood[]
  /** The words of a row, each with where it stands best. */
  found: (row: number) => string[]
}

export class Search {
  private readonly vocabulary: string[] = []
  private made: Column[] | undefined
  private terms: Terms | undefined
  private loading: Promise<void> | undefined

  constructor(private readonly internships: Internships, private readonly contents: Contents) {}

  get isReady(): boolean {
    return this.terms !== undefined
  }

  /** Read the terms, once; made by it is what a search looks through. */
  load(): Promise<void> {
    this.loading ??= readTerms(this.contents.tables.terms).then((terms) => {
      this.terms = terms
      this.columns()
    })
    return this.loading
  }

  /** How well the rows have what a text asks for; `load` was waited for. */
  scores(text: string): Scores {
    const { rows } = this.internships
    const scores = new Float64Array(rows)
    const hasAll = new Uint8Array(rows)
    const units = this.terms?.units(text) ?? []
    const isOpen = this.open()
    const open = isOpen.reduce((sum, one) => sum + one, 0)
    const hits: { unit: Unit; hits: Hits }[] = []
    const understood: Understood[] = []
    let whole = 0
    const having = new Uint8Array(rows)
    for (const unit of units) {
      const { slips, ...found } = this.hits(unit, isOpen)
      if (unit.facet || slips.length) understood.push({ unit, slips })
      let amount = 0
      for (let row = 0; row < rows; row++) if (found.points[row] && isOpen[row]) amount++
      if (!amount) continue // a word that none has tells nothing
      hits.push({ unit, hits: found })
      const rarity = Math.log(1 + open / amount)
      whole += WEIGHTS[0] * rarity
      for (let row = 0; row < rows; row++) {
        if (!found.points[row]) continue
        scores[row] += found.points[row] / 10 * rarity
        having[row]++
      }
    }
    for (let row = 0; row < rows; row++) {
      if (!having[row]) continue
      scores[row] = Math.round(scores[row] / whole * 1000) / 1000
      hasAll[row] = having[row] === hits.length ? 1 : 0
    }
    return {
      scores, hasAll, understood,
      found: (row) => hits.flatMap(({ unit, hits: { points, places } }) => points[row] ? [message('suits.found_at', { word: unit.said, place: message(`place.${PLACES[places[row]]}`) })] : []),
    }
  }

  private open(): Uint8Array {
    const { values, codes } = this.internships.texts.state
    const isOpen = values.map((state) => state === 'open')
    return Uint8Array.from(codes, (code) => isOpen[code] ? 1 : 0)
  }

  /** Title, organisation, places, fields. */
  private columns(): Column[] {
    if (this.made) return this.made
    const { titles, texts } = this.internships
    const { countries, fields } = this.contents
    const known = new Map<string, number>()
    const column = (values: string[], codes: Uint32Array | null): Column => {
      const starts = new Uint32Array(values.length + 1)
      const words: number[] = []
      values.forEach((value, at) => {
        for (const token of fold(value).match(WORD) ?? []) {
          let word = known.get(token)
          if (word === undefined) {
            word = this.vocabulary.length
            this.vocabulary.push(token)
            known.set(token, word)
          }
          words.push(word)
        }
        starts[at + 1] = words.length
      })
      return { starts, words: Uint32Array.from(words), codes }
    }
    const names = (value: string, all: Record<string, string>): string => value.split(' ').map((code) => all[code] ?? code).join(' ')
    const { values, codes } = this.pairs(texts.cities, texts.countries, (city, codes_) => `${city} ${names(codes_, countries)}`)
    this.made = [
      column(titles, null),
      column(texts.organization.values, texts.organization.codes),
      column(values, codes),
      column(texts.fields.values.map((value) => names(value, fields)), texts.fields.codes),
    ]
    return this.made
  }

  /** The distinct pairs of two columns as values of one. */
  private pairs(one: Texts, other: Texts, join: (one: string, other: string) => string): { values: string[]; codes: Uint32Array } {
    const known = new Map<number, number>()
    const values: string[] = []
    const codes = Uint32Array.from(one.codes, (code, row) => {
      const pair = code * 65536 + other.codes[row]
      let at = known.get(pair)
      if (at === undefined) {
        at = values.length
        known.set(pair, at)
        values.push(join(one.at(row), other.at(row)))
      }
      return at
    })
    return { values, codes }
  }

  /** Where a unit stands best in each row, and the points for it. */
  private hits(unit: Unit, isOpen: Uint8Array): Hits & { slips: string[] } {
    const graded = unit.parts.map((word) => gradeWords(this.vocabulary, word, unit.isQuoted))
    const hits = this.written(graded)
    let slips: string[] = []
    if (!unit.isQuoted) {
      unit.parts.forEach((word, nth) => {
        if (!maySlip(word) || this.isWritten(graded[nth], isOpen)) return
        slips = [...slips, ...addSlips(this.vocabulary, word, graded[nth])]
      })
      if (slips.length) Object.assign(hits, this.written(graded))
    }
    if (unit.facet) this.addFacet(hits, unit.facet, unit.values, WHOLE)
    else if (!unit.isQuoted && maySlip(unit.said) && !this.isWritten(graded[0], isOpen)) {
      const countries = this.terms?.countriesLike(unit.said) ?? []
      if (countries.length) this.addFacet(hits, 'country', countries, ALIKE)
      slips = [...slips, ...countries.map(country)]
    }
    return { ...hits, slips: [...new Set(slips)] }
  }

  /** Whether a word stands in an open row, or begins one there. */
  private isWritten(grades: Uint8Array, isOpen: Uint8Array): boolean {
    const { points } = this.written([grades.map((grade) => grade >= BEGINNING ? grade : 0)])
    return points.some((one, row) => one > 0 && isOpen[row] === 1)
  }

  /** Where all of some words stand: as good as the worst of them. `graded`: of each of them, the grades of the vocabulary. */
  private written(graded: Uint8Array[]): Hits {
    const { rows } = this.internships
    const points = new Uint8Array(rows)
    const places = new Uint8Array(rows)
    this.columns().forEach(({ starts, words, codes }, place) => {
      const grades = new Uint8Array(starts.length - 1).fill(WHOLE)
      for (const one of graded) {
        for (let at = 0; at < grades.length; at++) {
          let best = 0
          for (let word = starts[at]; word < starts[at + 1]; word++) if (one[words[word]] > best) best = one[words[word]]
          if (best < grades[at]) grades[at] = best
        }
      }
      for (let row = 0; row < rows; row++) put(points, places, row, grades[codes ? codes[row] : row] * WEIGHTS[place], place)
    })
    return { points, places }
  }

  private addFacet({ points, places }: Hits, facet: string, values: string[], grade: number): void {
    const place = PLACE_OF_FACET[facet]
    const { values: texts, codes } = this.internships.texts[COLUMN_OF_FACET[facet]]
    const parts = (text: string): string[] => facet === 'town' ? text.split(', ') : text.split(' ')
    const has = texts.map((text) => text !== '' && parts(text).some((part) =>
      facet === 'field' ? values.some((value) => part.startsWith(value)) : values.includes(part)))
    for (let row = 0; row < codes.length; row++) if (has[codes[row]]) put(points, places, row, grade * WEIGHTS[place], place)
  }
}

/** The better points stay; of equal ones those of the place named first. */
function put(points: Uint8Array, places: Uint8Array, row: number, here: number, place: number): void {
  if (here > points[row] || (here === points[row] && here > 0 && place < places[row])) {
    points[row] = here
    places[row] = place
  }
}

/** Of each word of the vocabulary: whole (in a script without spaces: anywhere), begun by the word, or with most of its pieces. */
function gradeWords(vocabulary: string[], word: string, isQuoted: boolean): Uint8Array {
  const letters = Array.from(word)
  const glued = isGlued(word)
  const padded = glued ? letters : [' ', ...letters]
  const size = glued ? 2 : 3
  const pieces = !isQuoted && (glued || letters.length >= 5) ? letters.slice(1).map((_, at) => padded.slice(at, at + size).join('')) : []
  const enough = Math.max(0.65 * pieces.length, 1)
  return Uint8Array.from(vocabulary, (token) => {
    if (glued ? token.includes(word) : token === word) return WHOLE
    if (letters.length >= 3 && token.startsWith(word)) return BEGINNING
    if (!pieces.length) return 0
    const spaced = ` ${token}`
    let found = 0
    for (let at = 0; at < pieces.length && found + pieces.length - at >= enough; at++) if (spaced.includes(pieces[at])) found++
    return found >= enough ? ALIKE : 0
  })
}

/** Grade what is one letter away from a word, too; the words that are. */
function addSlips(vocabulary: string[], word: string, grades: Uint8Array): string[] {
  const found: string[] = []
  vocabulary.forEach((token, at) => {
    if (!isSlip(word, token)) return
    if (grades[at] < ALIKE) grades[at] = ALIKE
    found.push(token)
  })
  return found
}

/** How many there may be of each part of a row's place in the order: together below 2 to the 53. */
const MISSING = 2, SCORES = 1001, DAYS = 1 << 16, ROWS = 1 << 23

/** Rows with all the words, then the best, then what closes first, then by id. */
export function orderByScores(internships: Internships, { scores, hasAll }: Scores, rankOfId: Uint32Array): Uint32Array {
  const { deadline } = internships.numbers
  const keys = new Float64Array(internships.rows)
  const rowOfRank = new Uint32Array(internships.rows)
  for (let row = 0; row < keys.length; row++) {
    const day = deadline[row] === NONE ? DAYS - 1 : Math.min(Math.max(deadline[row], 0), DAYS - 2)
    const missing = (MISSING - 1) * (1 - hasAll[row])
    keys[row] = ((missing * SCORES + Math.round((1 - scores[row]) * 1000)) * DAYS + day) * ROWS + rankOfId[row]
    rowOfRank[rankOfId[row]] = row
  }
  return Uint32Array.from(keys.sort(), (key) => rowOfRank[key % ROWS])
}
