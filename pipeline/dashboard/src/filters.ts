// Which rows are chosen. A filter asks each distinct value once, never each row; a row keeps one bit for each filter that
// refuses it, so that a change asks one filter only, and the counts beside the options (how many there would be) fall out
// of the same pass: rows that no filter refuses count for all, rows that one filter alone refuses count for that one.

import type { Facet } from './facets'
import { makeFacets } from './facets'
import type { Internships, Texts } from './internships'
import { NONE } from './internships'
import type { MarkName, Marks } from './marks'
import type { Scores, Search, Understood } from './search'
import type { Sort, State } from './state'
import type { Ranking } from './suits'
import { isAbroad } from './suits'
import { country, fold, today } from './words'

/** How many there may be of each part of a row's place in the order by what suits: together below 2 to the 53. */
const SCORES = 8192, UNKNOWNS = 16, DAYS = 4096, ROWS = 1 << 23
/** Days before the night that a deadline may lie. */
const PASSED = 1000

/** Nights since an internship was last seen, from which on others are offered before it. */
const LONG_UNSEEN = 14

export interface Chosen {
  /** Rows in their order: those that have all that is searched go before those with a part of it. */
  rows: Uint32Array
  /** How many rows there are; `rows` may be the first of them. */
  amount: number
  /** How many have all that is searched. */
  complete: number
  understood: Understood[]
  /** Words that are searched and that no open internship has, while others were found. */
  nowhere: string[]
  /** Rows that fit the filters and are left out, as what was told of a person rules them out, or as they are not abroad for them. */
  hidden: { ruledOut: Uint32Array; notAbroad: number }
  /** For each facet, rows by option, had the facet's own choice not been made. */
  counts: Uint32Array[]
}

export class Filters {
  readonly facets: Facet[]
  private readonly refused: Uint32Array
  private readonly asked: string[] = []
  private readonly orders = new Map<Sort, Uint32Array>()
  private ranking: Ranking | null = null
  private scores: Scores | null = null

  constructor(
    private readonly internships: Internships, private readonly night: number, private readonly search: Search,
    private readonly marks: Marks, since: number | null,
  ) {
    this.facets = makeFacets(internships, night, since)
    this.refused = new Uint32Array(internships.rows)
  }

  /** The rows that `state` chooses, and what other choices would give. `residence`: of who wants only what is abroad for them.
   *  `ranking`: how they suit who asks; what it rules out is left out, unless all is shown. */
  choose(state: State, sort: Sort, residence: string, ranking: Ranking | null): Chosen {
    this.facets.forEach((facet, at) => {
      const keys = state.chosen[facet.key] ?? facet.usual
      this.once(at, keys.join(','), () => this.askFacet(facet, keys))
    })
    const bit = this.facets.length
    this.once(bit, state.q, () => {
      const scores = state.q ? this.search.scores(state.q) : null
      this.scores = scores
      this.orders.delete('words')
      return scores && ((row) => scores.scores[row] > 0)
    })
    this.once(bit + 4, state.every ? state.q : '', () => this.scores && state.every ? (row) => this.scores?.hasAll[row] === 1 : null)
    this.once(bit + 1, String(state.pay), () => this.askPay(state.pay))
    const isAny = state.any || state.mine !== '' // what somebody marked is not kept from them
    this.once(bit + 2, isAny ? '' : residence, () => this.askAbroad(isAny ? '' : residence))
    this.once(bit + 5, `${state.mine} ${this.marks.version}`, () => this.askMarks(state.mine))
    if (ranking !== this.ranking) {
      this.ranking = ranking
      this.orders.delete('you')
      delete this.asked[bit + 3]
    }
    this.once(bit + 3, ranking && !isAny ? 'suits' : '', () => ranking && !isAny ? (row) => ranking.ruledOut[row] === 0 : null)
    const ordered = this.ordered(sort, isAny)
    return { ...ordered, amount: ordered.rows.length, counts: this.count(), understood: this.scores?.understood ?? [], nowhere: this.scores?.nowhere ?? [], hidden: this.hidden() }
  }

  /** Ask a filter anew, if it is asked something else than the last time. */
  private once(bit: number, question: string, ask: () => ((row: number) => boolean) | null): void {
    if (this.asked[bit] === question) return
    this.asked[bit] = question
    const admits = ask()
    const { refused } = this
    const flag = 1 << bit
    for (let row = 0; row < refused.length; row++) {
      if (admits === null || admits(row)) refused[row] &= ~flag
      else refused[row] |= flag
    }
  }

  private askFacet(facet: Facet, keys: string[]): ((row: number) => boolean) | null {
    if (!keys.length) return null
    const wanted = new Set(keys)
    const admitted = Uint8Array.from(
      facet.optionsOf, (options) => options.some((at) => wanted.has(facet.options[at].key)) ? 1 : 0,
    )
    const { codes } = facet
    return (row) => admitted[codes[row]] === 1
  }

  private askPay(least: number): ((row: number) => boolean) | null {
    const pay = this.internships.numbers.pay_month_eur
    return least ? (row) => pay[row] >= least : null
  }

  /** Those with a mark; else all but the hidden ones. */
  private askMarks(name: MarkName | ''): ((row: number) => boolean) | null {
    const { marks, internships } = this
    const rows = (one: MarkName): Set<number | undefined> => new Set(marks.ids().filter((id) => marks.has(id, one)).map((id) => internships.row(id)))
    const hidden = rows('hidden')
    if (name === '') return hidden.size ? (row) => !hidden.has(row) : null
    const wanted = rows(name)
    return (row) => wanted.has(row)
  }

  private askAbroad(residence: string): ((row: number) => boolean) | null {
    if (!residence) return null
    const { countries } = this.internships.texts
    const abroad = Uint8Array.from(countries.values, (value) => isAbroad(value ? value.split(' ') : [], residence) ? 1 : 0)
    return (row) => abroad[countries.codes[row]] === 1
  }

  private ordered(sort: Sort, isAny: boolean): { rows: Uint32Array; complete: number } {
    const order = (sort === 'you' || sort === 'words') && !isAny ? this.closedLast(this.order(sort)) : this.order(sort)
    const { refused } = this
    const hasAll = this.scores?.hasAll
    const rows = new Uint32Array(order.length)
    let found = 0
    for (const row of order) if (refused[row] === 0 && (!hasAll || hasAll[row])) rows[found++] = row
    const complete = found
    if (hasAll) for (const row of order) if (refused[row] === 0 && !hasAll[row]) rows[found++] = row
    return { rows: rows.subarray(0, found), complete }
  }

  /** All rows in an order, made once each; rows come from the file with the newest first, and stay so among equals. */
  private order(sort: Sort): Uint32Array {
    let order = this.orders.get(sort)
    if (!order && sort === 'you' && this.ranking) {
      order = this.orderBy(this.ranking)
      this.orders.set(sort, order)
    }
    if (!order && sort === 'words' && this.scores) {
      order = this.search.order(this.scores)
      this.orders.set(sort, order)
    }
    if (!order) {
      order = Uint32Array.from(this.internships.ids, (_, row) => row)
      const compare = this.comparison(sort)
      if (compare) order.sort((one, other) => compare(one, other) || one - other)
      if (sort === 'new' || sort === 'deadline' || sort === 'pay') order = putLast(order, pastness(this.internships, this.night))
      this.orders.set(sort, order)
    }
    return order
  }

  /** What is not ruled out, then the score, then what least is unknown of, then what closes first: one number a row, sorted as
   *  numbers, which takes a tenth of the time that comparing rows does. */
  private orderBy({ score, unknown, ruledOut }: Ranking): Uint32Array {
    const { deadline } = this.internships.numbers
    const keys = new Float64Array(score.length)
    for (let row = 0; row < keys.length; row++) {
      const day = deadline[row] === NONE ? DAYS - 1 : within(deadline[row] - this.night + PASSED, DAYS - 1)
      const lack = within(SCORES / 2 - score[row], SCORES)
      keys[row] = (((ruledOut[row] * SCORES + lack) * UNKNOWNS + within(unknown[row], UNKNOWNS)) * DAYS + day) * ROWS + row
    }
    return sorted(keys)
  }

  /** What closed since the night, after the others. On the day of the night the order is that of the macros; who has all shown, what
   *  is ruled out, too, has it on every day. */
  private closedLast(order: Uint32Array): Uint32Array {
    const now = today()
    const { deadline } = this.internships.numbers
    return now > this.night ? putLast(order, (row) => deadline[row] !== NONE && deadline[row] < now) : order
  }

  private comparison(sort: Sort): ((one: number, other: number) => number) | null {
    const { numbers, texts, titles } = this.internships
    if (sort === 'deadline') {
      const { deadline } = numbers
      const late = (row: number): number => deadline[row] === NONE ? 2147483647 : deadline[row]
      return (one, other) => late(one) - late(other)
    }
    if (sort === 'pay') return (one, other) => numbers.pay_month_eur[other] - numbers.pay_month_eur[one]
    if (sort === 'title') return byWords(titles.map(fold))
    if (sort === 'organization') return byCodes(texts.organization, fold)
    if (sort === 'country') return byCodes(texts.countries, (value) => fold(value.split(' ').map(country).join(' ')))
    return null
  }

  private hidden(): Chosen['hidden'] {
    const bit = this.facets.length
    const ruledOut: number[] = []
    let notAbroad = 0
    const { refused } = this
    for (let row = 0; row < refused.length; row++) {
      const by = refused[row]
      if (by === 1 << (bit + 2)) notAbroad++
      else if (by & 1 << (bit + 3) && !(by & ~(1 << (bit + 2) | 1 << (bit + 3)))) ruledOut.push(row)
    }
    return { ruledOut: Uint32Array.from(ruledOut), notAbroad }
  }

  private count(): Uint32Array[] {
    const { refused, facets } = this
    const byCode = facets.map((facet) => new Uint32Array(facet.optionsOf.length))
    for (let row = 0; row < refused.length; row++) {
      const by = refused[row]
      if (by === 0) for (let at = 0; at < facets.length; at++) byCode[at][facets[at].codes[row]]++
      else if ((by & (by - 1)) === 0) {
        const at = 31 - Math.clz32(by)
        if (at < facets.length) byCode[at][facets[at].codes[row]]++
      }
    }
    return facets.map((facet, at) => {
      const counts = new Uint32Array(facet.options.length)
      facet.optionsOf.forEach((options, code) => {
        for (const option of options) counts[option] += byCode[at][code]
      })
      return counts
    })
  }
}

/** An order with some of its rows after the others. */
function putLast(order: Uint32Array, isLast: (row: number) => boolean): Uint32Array {
  const last = Uint8Array.from(order, (row) => isLast(row) ? 1 : 0)
  const all = new Uint32Array(order.length)
  const others = order.filter((_, at) => !last[at])
  all.set(others)
  all.set(order.filter((_, at) => last[at]), others.length)
  return all
}

/** Whether a row is over today, or was not seen for long. */
function pastness({ texts, numbers }: Internships, night: number): (row: number) => boolean {
  const now = today()
  return (row) => {
    if (night - numbers.last_seen[row] > LONG_UNSEEN) return true
    if (numbers.deadline[row] !== NONE) return numbers.deadline[row] < now
    if (numbers.starts_on[row] !== NONE) return numbers.starts_on[row] < now
    const season = texts.season.at(row)
    return season !== '' && (numbers.season_last[row] === NONE ? endOfYear(season) : numbers.season_last[row]) < now
  }
}

/** What a list of the newest begins with, of so many rows that were read: fewer than `most` if these do not tell. */
export function firstOnes(internships: Internships, read: number, night: number, most: number, marks: Marks): number[] {
  const isPast = pastness(internships, night)
  const found: number[] = []
  for (let row = 0; row < read && found.length < most; row++) {
    if (internships.texts.state.at(row) === 'open' && !isPast(row) && !marks.has(internships.ids[row], 'hidden')) found.push(row)
  }
  return found
}

/** A whole number from 0 to below `many`: the nearest. */
const within = (value: number, many: number): number => Math.min(Math.max(value, 0), many - 1)

/** The rows of keys that end in their row, in the order of the keys. */
function sorted(keys: Float64Array): Uint32Array {
  keys.sort()
  return Uint32Array.from(keys, (key) => key % ROWS)
}

/** The last day on which a season may be, where it is not known in which half of the world; a winter may be the next year's. */
const endOfYear = (season: string): number =>
  Date.UTC(Number(season.slice(0, 4)) + (season.endsWith('winter') ? 1 : 0), season.endsWith('winter') ? 2 : 11, 31) / 86_400_000

function byWords(words: string[]): (one: number, other: number) => number {
  return (one, other) => words[one] < words[other] ? -1 : words[one] > words[other] ? 1 : 0
}

function byCodes(texts: Texts, name: (value: string) => string): (one: number, other: number) => number {
  const names = texts.values.map(name)
  const rank = new Uint32Array(names.length)
  const last = (code: number): number => names[code] ? 0 : 1
  names.map((_, code) => code)
    .sort((one, other) => last(one) - last(other) || (names[one] < names[other] ? -1 : names[one] > names[other] ? 1 : 0))
    .forEach((code, at) => { rank[code] = at })
  return (one, other) => rank[texts.codes[one]] - rank[texts.codes[other]]
}
