// How well a row has the words that are searched: the macro search of sql/ without descriptions, with the same grades, weights
// and order. What the words mean is in terms.ts. Each distinct word of the texts is graded once, and each distinct text by its
// words, never each row.

import type { Contents } from './data'
import { answering } from './data'
import type { Internships, TextName, Texts } from './internships'
import { NONE } from './internships'
import { message } from './messages'
import type { Terms, Unit } from './terms'
import { isGlued, isSlip, maySlip, readTerms, WORD, wordsOf } from './terms'
import { country, fold } from './words'

/** Points of what stands whole in each place, in their order. */
const WEIGHTS = [8, 5, 4, 3, 3]
const PLACES = ['title', 'organization', 'place', 'field', 'fact'] as const
/** The place of the organizations among the columns. */
const ORGANIZATIONS = 1
/** Grades in tenths: whole, as the beginning of a word, in pieces or with a slip. */
const WHOLE = 10, BEGINNING = 8, ALIKE = 4
const PLACE_OF_FACET: Record<string, number> = {
  organization: 1, country: 2, town: 2, field: 3, occupation: 3, pay_status: 4, visa_support: 4, work_mode: 4, channel: 4,
}
const COLUMN_OF_FACET: Record<string, TextName> = {
  country: 'countries', town: 'cities', field: 'fields', occupation: 'occupation', pay_status: 'pay_status',
  visa_support: 'visa_support', work_mode: 'work_mode', channel: 'channels', organization: 'organization',
}

/** How many there may be of each part of a row's place in the order: together below 2 to the 53. */
const MISSING = 2, SCORES = 1001, DAYS = 1 << 16, ROWS = 1 << 23

/** A text of every row: for each word of the vocabulary the distinct values that have it (`values`, from `starts[word]` on), and the
 *  value of each row; without codes each row has a value of its own. */
interface Column { amount: number; starts: Uint32Array; values: Uint32Array; codes: Uint32Array | null }

/** Words of texts, as numbers of the vocabulary: `ends[text]` is where those of the next begin. */
interface Spoken { words: Uint32Array; ends: Uint32Array }

/** A unit's points in each row, in tenths, and the place that they are for. */
interface Hits { points: Uint8Array; places: Uint8Array }

/** What is known of a unit once it was searched: the open rows that have it, and what it was taken for. */
interface Found extends Hits { amount: number; takenFor: string[] }

/** What was understood: a unit, and the words or the country that a slip was taken for, or the organizations that go by a name. */
export interface Understood { unit: Unit; takenFor: string[] }

export interface Scores {
  /** 0 where no word stands, to three digits. */
  scores: Float64Array
  /** Rows that have every word that any open one has. */
  hasAll: Uint8Array
  understood: Understood[]
  /** Words that no open row has, where one has others. */
  nowhere: string[]
  /** The words of a row, each with where it stands best. */
  found: (row: number) => string[]
}

export class Search {
  private readonly vocabulary: string[] = []
  private columns: Column[] = []
  /** Rows that are open, and words that one of them has. */
  private isOpen = new Uint8Array()
  private isOpenWord = new Uint8Array()
  /** The place of each row in the order of the ids, and back. */
  private rankOfId = new Uint32Array()
  private rowOfRank = new Uint32Array()
  /** Units that were searched last: while one is typed, those before it are not searched again. */
  private recent = new Map<string, Found>()
  private terms: Terms | undefined
  private loading: Promise<void> | undefined

  constructor(private readonly internships: Internships, private readonly contents: Contents) {}

  get isReady(): boolean {
    return this.terms !== undefined
  }

  /** Read the terms, once; made by it is what a search looks through. */
  load(): Promise<void> {
    this.loading ??= this.prepare()
    return this.loading
  }

  private async prepare(): Promise<void> {
    const terms = await readTerms(this.contents.tables.terms)
    await this.makeColumns()
    await answering()
    const { ids } = this.internships
    this.rowOfRank = Uint32Array.from(ids, (_, row) => row).sort((one, other) => ids[one] < ids[other] ? -1 : 1)
    this.rankOfId = new Uint32Array(ids.length)
    for (let rank = 0; rank < ids.length; rank++) this.rankOfId[this.rowOfRank[rank]] = rank
    this.terms = terms
  }

  /** How well the rows have what a text asks for; `load` was waited for. */
  scores(text: string): Scores {
    const { rows } = this.internships
    const scores = new Float64Array(rows)
    const hasAll = new Uint8Array(rows)
    const units = this.terms?.units(text) ?? []
    const open = this.isOpen.reduce((sum, one) => sum + one, 0)
    const hits: { unit: Unit; hits: Hits }[] = []
    const understood: Understood[] = []
    const recent = new Map<string, Found>()
    let whole = 0
    const having = new Uint8Array(rows)
    for (const unit of units) {
      const key = `${unit.isQuoted ? '"' : ''}${unit.said}`
      const found = this.recent.get(key) ?? this.find(unit)
      recent.set(key, found)
      const { points, amount, takenFor } = found
      if (unit.facet || takenFor.length) understood.push({ unit, takenFor })
      if (!amount) continue // a word that none has tells nothing
      hits.push({ unit, hits: found })
      const rarity = Math.log(1 + open / amount)
      whole += WEIGHTS[0] * rarity
      for (let row = 0; row < rows; row++) {
        if (!points[row]) continue
        scores[row] += points[row] / 10 * rarity
        having[row]++
      }
    }
    this.recent = recent
    for (let row = 0; row < rows; row++) {
      if (!having[row]) continue
      scores[row] = Math.round(scores[row] / whole * 1000) / 1000
      hasAll[row] = having[row] === hits.length ? 1 : 0
    }
    return {
      scores, hasAll, understood,
      nowhere: hits.length ? units.filter((unit) => !hits.some((one) => one.unit === unit)).map(({ said }) => said) : [],
      found: (row) => hits.flatMap(({ unit, hits: { points, places } }) => points[row] ? [message('suits.found_at', { word: unit.said, place: message(`place.${PLACES[places[row]]}`) })] : []),
    }
  }

  /** Rows that have any of the words: those with all, then the best, then what closes first, then by id. */
  order({ scores, hasAll }: Scores): Uint32Array {
    const { deadline } = this.internships.numbers
    const { rankOfId, rowOfRank } = this
    const keys = new Float64Array(scores.length)
    let found = 0
    for (let row = 0; row < keys.length; row++) {
      if (!scores[row]) continue
      const day = deadline[row] === NONE ? DAYS - 1 : Math.min(Math.max(deadline[row], 0), DAYS - 2)
      const missing = (MISSING - 1) * (1 - hasAll[row])
      keys[found++] = ((missing * SCORES + Math.round((1 - scores[row]) * 1000)) * DAYS + day) * ROWS + rankOfId[row]
    }
    const order = new Uint32Array(found)
    keys.subarray(0, found).sort().forEach((key, at) => { order[at] = rowOfRank[key % ROWS] })
    return order
  }

  /** Title, organisation, places, fields. */
  private async makeColumns(): Promise<void> {
    const { titles, texts } = this.internships
    const { countries, fields } = this.contents
    const isOpenState = texts.state.values.map((state) => state === 'open')
    this.isOpen = Uint8Array.from(texts.state.codes, (code) => isOpenState[code] ? 1 : 0)
    const names = (value: string, all: Record<string, string>): string => value.split(' ').map((code) => all[code] ?? code).join(' ')
    const { values, codes } = this.pairs(texts.cities, texts.countries, (city, codes_) => `${city} ${names(codes_, countries)}`)
    const parts: [string[], Uint32Array | null][] = [
      [titles, null],
      [texts.organization.values, texts.organization.codes],
      [values, codes],
      [texts.fields.values.map((value) => names(value, fields)), texts.fields.codes],
    ]
    const known = new Map<string, number>()
    const spoken: Spoken[] = []
    for (const [texts_] of parts) {
      await answering()
      spoken.push(this.spoken(texts_, known))
    }
    await answering()
    this.columns = spoken.map((words, at) => {
      const [texts_, codes_] = parts[at]
      return { amount: texts_.length, ...turned(words, this.vocabulary.length), codes: codes_ }
    })
    this.isOpenWord = new Uint8Array(this.vocabulary.length)
    for (const { amount, starts, values: having, codes: codes_ } of this.columns) {
      const isOpenValue = new Uint8Array(amount)
      for (let row = 0; row < this.isOpen.length; row++) if (this.isOpen[row]) isOpenValue[codes_ ? codes_[row] : row] = 1
      for (let word = 0; word < this.vocabulary.length; word++) {
        for (let at = starts[word]; at < starts[word + 1]; at++) if (isOpenValue[having[at]]) this.isOpenWord[word] = 1
      }
    }
  }

  /** The words of each text; the vocabulary grows. */
  private spoken(texts: string[], known: Map<string, number>): Spoken {
    const words: number[] = []
    const ends = new Uint32Array(texts.length)
    texts.forEach((text, at) => {
      for (const token of fold(text).match(WORD) ?? []) {
        let word = known.get(token)
        if (word === undefined) {
          word = this.vocabulary.length
          this.vocabulary.push(token)
          known.set(token, word)
        }
        words.push(word)
      }
      ends[at] = words.length
    })
    return { words: Uint32Array.from(words), ends }
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

  /** Where a unit stands best in each row, and the points for it. A term of several words is not looked for in pieces. */
  private find(unit: Unit): Found {
    const isExact = unit.isQuoted || unit.parts.length > 1
    const graded = unit.parts.map((word) => gradeWords(this.vocabulary, word, isExact))
    let hits = this.written(graded)
    let takenFor: string[] = []
    const [word] = unit.parts
    const isUnwritten = !isExact && maySlip(word) && !this.isWritten(graded[0])
    if (isUnwritten) {
      takenFor = addSlips(this.vocabulary, word, graded[0])
      if (takenFor.length) hits = this.written(graded)
    }
    if (unit.facet) {
      const names = this.addFacet(hits, unit.facet, unit.values, WHOLE)
      if (unit.facet === 'organization') takenFor = names
    } else if (isUnwritten) {
      const countries = this.terms?.countriesLike(unit.said) ?? []
      if (countries.length) this.addFacet(hits, 'country', countries, ALIKE)
      const names = countries.map(country)
      takenFor = [...takenFor.filter((one) => !names.some((name) => fold(name) === one)), ...names]
    }
    let amount = 0
    for (let row = 0; row < this.isOpen.length; row++) if (hits.points[row] && this.isOpen[row]) amount++
    return { ...hits, amount, takenFor: [...new Set(takenFor)] }
  }

  /** Whether a word stands in an open row, or begins one there. */
  private isWritten(grades: Uint8Array): boolean {
    return grades.some((grade, word) => grade >= BEGINNING && this.isOpenWord[word] === 1)
  }

  /** Where all of some words stand: as good as the worst of them. `graded`: of each of them, the grades of the vocabulary. */
  private written(graded: Uint8Array[]): Hits {
    const { rows } = this.internships
    const points = new Uint8Array(rows)
    const places = new Uint8Array(rows)
    this.columns.forEach((column, place) => {
      const grades = graded.map((one) => gradeValues(column, one)).reduce((worst, other) => {
        for (let at = 0; at < worst.length; at++) if (other[at] < worst[at]) worst[at] = other[at]
        return worst
      })
      const { codes } = column
      for (let row = 0; row < rows; row++) {
        const grade = grades[codes ? codes[row] : row]
        if (grade) put(points, places, row, grade * WEIGHTS[place], place)
      }
    })
    return { points, places }
  }

  /** Give points to the rows with one of the values of a facet; the texts that have one. */
  private addFacet({ points, places }: Hits, facet: string, values: string[], grade: number): string[] {
    const place = PLACE_OF_FACET[facet]
    const { values: texts, codes } = this.internships.texts[COLUMN_OF_FACET[facet]]
    const stands = standing(facet, values)
    const has = facet === 'organization' ? this.goingBy(values) : texts.map((text) => text !== '' && stands(text))
    for (let row = 0; row < codes.length; row++) if (has[codes[row]]) put(points, places, row, grade * WEIGHTS[place], place)
    return texts.filter((_, code) => has[code])
  }

  /** Which of the distinct organizations have one of these names; only those with the first word of one are read. */
  private goingBy(names: string[]): boolean[] {
    const { amount, starts, values } = this.columns[ORGANIZATIONS]
    const texts = this.internships.texts.organization.values
    const firsts = new Set(names.map((name) => name.split(' ')[0]))
    const spaced = names.map((name) => ` ${name} `)
    const isNamed = (text: string): boolean => {
      const words = ` ${wordsOf(text).join(' ')} `
      return spaced.some((name) => words.includes(name))
    }
    const has = new Array<boolean>(amount).fill(false)
    this.vocabulary.forEach((word, nth) => {
      if (!firsts.has(word) && !isGlued(word)) return
      for (let at = starts[nth]; at < starts[nth + 1]; at++) has[values[at]] ||= isNamed(texts[values[at]])
    })
    return has
  }
}

/** Whether a text of a facet's column has one of its values. */
function standing(facet: string, values: string[]): (text: string) => boolean {
  const separator = facet === 'town' ? ', ' : ' '
  const fits = facet === 'field' ? (part: string) => values.some((value) => part.startsWith(value)) : (part: string) => values.includes(part)
  return (text) => text.split(separator).some(fits)
}

/** The better points stay; of equal ones those of the place named first. */
function put(points: Uint8Array, places: Uint8Array, row: number, here: number, place: number): void {
  if (here > points[row] || (here === points[row] && here > 0 && place < places[row])) {
    points[row] = here
    places[row] = place
  }
}

/** For each word the texts that have it, from the words of each text. */
function turned({ words, ends }: Spoken, vocabulary: number): { starts: Uint32Array; values: Uint32Array } {
  const starts = new Uint32Array(vocabulary + 1)
  for (const word of words) starts[word + 1]++
  for (let word = 0; word < vocabulary; word++) starts[word + 1] += starts[word]
  const free = starts.slice()
  const values = new Uint32Array(words.length)
  for (let text = 0, at = 0; text < ends.length; text++) for (; at < ends[text]; at++) values[free[words[at]]++] = text
  return { starts, values }
}

/** The best grade of the words that a value has. */
function gradeValues({ amount, starts, values }: Column, grades: Uint8Array): Uint8Array {
  const best = new Uint8Array(amount)
  for (let word = 0; word < grades.length; word++) {
    const grade = grades[word]
    if (!grade) continue
    for (let at = starts[word]; at < starts[word + 1]; at++) if (grade > best[values[at]]) best[values[at]] = grade
  }
  return best
}

/** Of each word of the vocabulary: whole (in a script without spaces: anywhere), begun by the word, or with most of its pieces. */
function gradeWords(vocabulary: string[], word: string, isQuoted: boolean): Uint8Array {
  const letters = Array.from(word)
  const glued = isGlued(word)
  const padded = glued ? letters : [' ', ...letters]
  const size = glued ? 2 : 3
  const pieces = !isQuoted && (glued || letters.length >= 5) ? letters.slice(1).map((_, at) => padded.slice(at, at + size).join('')) : []
  const enough = Math.max(0.65 * pieces.length, 1)
  const grade = (token: string): number => {
    if (glued ? token.includes(word) : token === word) return WHOLE
    if (letters.length >= 3 && token.startsWith(word)) return BEGINNING
    if (!pieces.length) return 0
    const spaced = ` ${token}`
    let found = 0
    for (let at = 0; at < pieces.length && found + pieces.length - at >= enough; at++) if (spaced.includes(pieces[at])) found++
    return found >= enough ? ALIKE : 0
  }
  const grades = new Uint8Array(vocabulary.length)
  for (let at = 0; at < grades.length; at++) grades[at] = grade(vocabulary[at])
  return grades
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
