// What suits a person: the macro suits of sql/, rule by rule and in its order, with its points and its words. A test holds the
// two against each other. A rule is asked about each distinct combination of what it decides by, never about each row; the
// words are made for the rows that are shown.

import type { Contents } from './data'
import { readColumns } from './data'
import type { Internships } from './internships'
import { NONE, Texts } from './internships'
import type { Key } from './messages'
import { language as chosen, message } from './messages'
import type { Profile } from './profile'
import type { Search } from './search'
import { day, daysOf, level as levelName, listed, season as seasonName, word } from './words'

type Says = 'for' | 'against' | 'unknown' | 'no'
/** What rules a row out. */
export type Why = 'nationality' | 'residence' | 'enrolment' | 'language' | 'dates'
interface Judgement { says: Says; points: number; words: () => string; why?: Why }
export type Answer = 'yes' | 'no' | 'unstated'

interface Rule {
  /** Columns that decide what it says and its points. */
  reads: (Texts | Int32Array)[]
  judge: (row: number) => Judgement | null
}

export interface Judged { suits: boolean; score: number; reasons: string[]; against: string[]; unknown: string[]; excludedBy: string[]; ruledOutBy: Why[] }

export interface Ranking {
  /** Points in hundredths. */
  score: Int32Array
  unknown: Uint8Array
  /** 1 where something rules the row out. */
  ruledOut: Uint8Array
}

const TEXTS = [
  'enrolment', 'eligibility', 'study_levels', 'study_years', 'language_levels', 'languages_preferred', 'work_right', 'support',
  'fee_currency', 'risks', 'lives',
] as const
const NUMBERS = ['mandatory_only', 'ends_on', 'season_first', 'season_last', 'fee_min'] as const
const CEFR = ['A1', 'A2', 'B1', 'B2', 'C1', 'C2', 'native']
const MOST_PAIRS = 1 << 22
/** Days between a season and a person's time that make it say no. */
const SEASON_SLACK = 61

/** Does a rule about nationalities admit this person? With two passports the better answer counts; as able_to_apply in sql/. */
export function ableToApply(rule: string, named: readonly string[], passports: readonly string[]): Answer {
  if (rule === 'any') return 'yes'
  if (!passports.length || !named.length) return 'unstated'
  if (rule === 'only') return passports.some((one) => named.includes(one)) ? 'yes' : 'no'
  if (rule === 'excluded') return passports.every((one) => named.includes(one)) ? 'no' : 'yes'
  return 'unstated'
}

/** Is any of the host countries another than that of residence? */
export const isAbroad = (hosts: readonly string[], residence: string): boolean => hosts.some((host) => host !== residence)

/** What internships ask of a person, in columns. */
class Asked {
  readonly texts: Record<typeof TEXTS[number], Texts>
  readonly numbers: Record<typeof NUMBERS[number], Int32Array>

  constructor(rows: number) {
    this.texts = Object.fromEntries(TEXTS.map((name) => [name, new Texts(rows)])) as Asked['texts']
    this.numbers = Object.fromEntries(NUMBERS.map((name) => [name, new Int32Array(rows).fill(NONE)])) as Asked['numbers']
  }
}

export async function readSuits(internships: Internships, contents: Contents, search: Search): Promise<Suits> {
  const asked = new Asked(internships.rows)
  await readColumns(contents.tables.asked, (name, start, cells) => {
    if (name in asked.texts) asked.texts[name as typeof TEXTS[number]].put(start, cells)
    else if (name in asked.numbers) {
      const column = asked.numbers[name as typeof NUMBERS[number]]
      for (let at = 0; at < cells.length; at++) if (cells[at] !== null && cells[at] !== undefined) column[start + at] = Number(cells[at])
    }
  })
  return new Suits(internships, asked, contents, search)
}

/** Combinations of some columns' values: the combination of each row, and a row that has it. */
interface Groups { of: Uint32Array; rows: number[] }

export class Suits {
  private readonly groups = new Map<string, Groups>()
  private readonly numbers = new Map<Texts | Int32Array, number>()
  private made = 0
  private wished: { words: string; points: Int32Array; found: (row: number) => string[] } | null = null

  constructor(
    private readonly internships: Internships, private readonly asked: Asked, private readonly contents: Contents,
    private readonly search: Search,
  ) {}

  /** Every row, judged for a person. */
  rank(profile: Profile): Ranking {
    const { rows } = this.internships
    const score = new Int32Array(rows)
    const unknown = new Uint8Array(rows)
    const ruledOut = new Uint8Array(rows)
    for (const rule of this.rules(profile)) {
      const { of, rows: examples } = this.grouped(rule.reads)
      const judged = examples.map(rule.judge)
      if (judged.every((one) => one === null)) continue
      const points = Int32Array.from(judged, (one) => one ? hundredths(one.points) : 0)
      const isUnknown = Uint8Array.from(judged, (one) => one?.says === 'unknown' ? 1 : 0)
      const isNo = Uint8Array.from(judged, (one) => one?.says === 'no' ? 1 : 0)
      for (let row = 0; row < rows; row++) {
        const group = of[row]
        score[row] += points[group]
        unknown[row] += isUnknown[group]
        ruledOut[row] |= isNo[group]
      }
    }
    return { score, unknown, ruledOut }
  }

  /** One row, judged in words. */
  judge(profile: Profile, row: number): Judged {
    const judgements = this.rules(profile).map((rule) => rule.judge(row)).filter((one) => one !== null)
    const words = (says: Says): string[] => judgements.filter((one) => one.says === says).map((one) => one.words())
    const excludedBy = words('no')
    return {
      suits: !excludedBy.length, score: judgements.reduce((sum, { points }) => sum + hundredths(points), 0) / 100,
      reasons: words('for'), against: words('against'), unknown: words('unknown'), excludedBy,
      ruledOutBy: judgements.flatMap(({ why }) => why ?? []),
    }
  }

  /** Columns are combined one by one: the codes of the first with those of the second are the codes of both, and so on. */
  private grouped(columns: (Texts | Int32Array)[]): Groups {
    const key = columns.map((column) => this.numberOf(column)).join(' ')
    let groups = this.groups.get(key)
    if (!groups) {
      groups = columns.length === 1
        ? grouped(this.internships.rows, columns[0] instanceof Texts ? columns[0].codes : columns[0])
        : columns.map((column) => this.grouped([column])).reduce((one, other) => combined(this.internships.rows, one, other))
      this.groups.set(key, groups)
    }
    return groups
  }

  private numberOf(column: Texts | Int32Array): number {
    const known = this.numbers.get(column)
    if (known !== undefined) return known
    this.numbers.set(column, this.made)
    return this.made++
  }

  /** Points for the words a person wishes to read, kept for as long as the words are the same. */
  private wish(words: string): { points: Int32Array; found: (row: number) => string[] } {
    if (this.wished?.words !== words) {
      const { scores, found } = this.search.scores(words)
      // a column of its own each time: what was grouped by the last one goes with it
      if (this.wished) {
        this.groups.delete(String(this.numbers.get(this.wished.points)))
        this.numbers.delete(this.wished.points)
      }
      this.wished = { words, points: Int32Array.from(scores, (score) => Math.round(score * 1000)), found }
    }
    return this.wished
  }

  private rules(person: Profile): Rule[] {
    const { texts, numbers } = this.internships
    const { texts: asks, numbers: asksFor } = this.asked
    const { countries, languages, fields, free_movement: areas } = this.contents
    const { passports, residence: home, level, year, enrolled, needs, wishes } = person
    const names = (codes: string[], known: Record<string, string>): string => listed(codes.map((code) => known[code] ?? code))
    const tongues = person.languages.map((one) => one.language)
    const levels = new Map(person.languages.map((one) => [one.language, one.cefr]))
    const freeFrom = person.available.from ? daysOf(person.available.from) : NONE
    const freeTo = person.available.to ? daysOf(person.available.to) : NONE
    const { least } = person.weeks
    const most = person.weeks.most || (freeFrom !== NONE && freeTo !== NONE ? Math.floor((freeTo - freeFrom) / 7) : 0)
    const ownFields = [...wishes.fields, ...person.studies]
    const isOwn = (code: string): boolean => ownFields.some((own) => code.startsWith(own) || own.startsWith(code))
    const worksFreely = (hosts: string[]): boolean => hosts.length > 0 && hosts.every((host) => passports.includes(host)
      || areas.some((area) => area.includes(host) && area.some((code) => passports.includes(code))))
    const wished = this.wish(wishes.words)
    return [
      {
        reads: [texts.nationality_rule, texts.nationalities],
        judge(row) {
          if (!passports.length) return null
          const answer = ableToApply(texts.nationality_rule.at(row), texts.nationalities.list(row), passports)
          if (answer === 'yes') return speaksFor(1, 'suits.nationality_open')
          if (answer === 'unstated') return unknown('suits.nationality_unknown')
          return no('nationality', 'suits.nationality_no', () => ({ countries: names(passports, countries) }))
        },
      }, {
        reads: [texts.residence_countries],
        judge(row) {
          const lived = texts.residence_countries.list(row)
          if (!home || !lived.length) return null
          if (lived.includes(home)) return speaksFor(1, 'suits.residents_open', () => ({ countries: names([home], countries) }))
          return no('residence', 'suits.residents_no', () => ({ countries: names([home], countries) }))
        },
      }, {
        reads: [asks.enrolment, asks.eligibility],
        judge(row) {
          const enrolment = asks.enrolment.at(row)
          const eligible = asks.eligibility.list(row)
          if (enrolment === 'required') {
            if (enrolled === null) return unknown('suits.enrolled_unknown')
            return enrolled ? speaksFor(1, 'suits.for_enrolled') : no('enrolment', 'suits.must_be_enrolled')
          }
          if (enrolled === null) return null
          if (!enrolled && eligible.length === 1 && eligible[0] === 'student') return no('enrolment', 'suits.students_only')
          if (enrolled && eligible.length && !eligible.includes('student')) return against(1, 'suits.not_for_students')
          if (eligible.length) return speaksFor(1, enrolled ? 'suits.for_students' : 'suits.for_graduates')
          return enrolment ? null : unknown('suits.enrolment_unknown')
        },
      }, {
        reads: [asksFor.mandatory_only],
        judge: (row) => asksFor.mandatory_only[row] === 1
          ? unknown('suits.mandatory_unknown') : null,
      }, {
        reads: [asks.study_levels],
        judge(row) {
          const wanted = asks.study_levels.list(row)
          if (!level || !wanted.length) return null
          if (wanted.includes(level)) return speaksFor(1, 'suits.level_yes')
          return against(1, 'suits.level_no', () => ({ levels: listed(wanted.map(levelName)) }))
        },
      }, {
        reads: [asks.study_years],
        judge(row) {
          const wanted = asks.study_years.list(row)
          if (!year || !wanted.length) return null
          if (wanted.includes(String(year))) return speaksFor(1, 'suits.year_yes')
          return against(1, 'suits.year_no', () => ({ years: listed(wanted) }))
        },
      }, {
        reads: [texts.languages, asks.language_levels],
        judge(row) {
          if (!tongues.length) return null
          const required = texts.languages.list(row)
          const notSpoken = required.filter((code) => !tongues.includes(code))
          if (notSpoken.length) return no('language', 'suits.language_no', () => ({ languages: names(notSpoken, languages) }))
          const short = asks.language_levels.list(row).map((one) => one.split(':'))
            .filter(([code, cefr]) => tongues.includes(code) && CEFR.indexOf(levels.get(code) ?? '') < CEFR.indexOf(cefr))
          const withLevels = (those: string[][]) => () => ({ languages: listed(those.map(([code, cefr]) => `${languages[code] ?? code} ${cefr}`)) })
          const missed = short.filter(([code]) => levels.get(code))
          if (missed.length) return no('language', 'suits.language_no', withLevels(missed))
          if (short.length) return unknown('suits.language_level_unknown', withLevels(short))
          if (required.length) return speaksFor(1, 'suits.language_yes', () => ({ languages: names(required, languages) }))
          return unknown('suits.language_unknown')
        },
      }, {
        reads: [asks.languages_preferred],
        judge(row) {
          const preferred = asks.languages_preferred.list(row)
          if (!tongues.length || !preferred.length) return null
          if (preferred.some((code) => tongues.includes(code))) return speaksFor(1, 'suits.language_welcome')
          return against(1, 'suits.language_preferred', () => ({ languages: names(preferred, languages) }))
        },
      }, {
        reads: [texts.posting_language],
        judge(row) {
          const code = texts.posting_language.at(row)
          return tongues.length && code && !tongues.includes(code) ? against(1, 'suits.written_in', () => ({ languages: names([code], languages) })) : null
        },
      }, {
        reads: [numbers.starts_on, asksFor.ends_on, numbers.weeks_min, asksFor.season_first],
        judge(row) {
          if (freeFrom === NONE && freeTo === NONE) return null
          const starts = numbers.starts_on[row]
          const ends = asksFor.ends_on[row]
          const weeks = numbers.weeks_min[row]
          const [first, last] = [asksFor.season_first[row], asksFor.season_last[row]]
          const season = texts.season.at(row)
          const when = (): { season: string } => ({ season: chosen === 'en' ? season : seasonName(season) })
          if (starts !== NONE && freeFrom !== NONE && starts < freeFrom) return no('dates', 'suits.starts_before', () => ({ day: dated(starts) }))
          if (freeTo !== NONE && (starts > freeTo || ends > freeTo
            || (starts !== NONE && weeks !== NONE && starts + 7 * weeks > freeTo + 1))) {
            return no('dates', 'suits.lasts_beyond', () => ({ day: dated(ends !== NONE ? ends : starts + 7 * (weeks === NONE ? 0 : weeks)) }))
          }
          if (ends !== NONE && freeFrom !== NONE && ends < freeFrom) return no('dates', 'suits.ends_before', () => ({ day: dated(ends) }))
          if (starts !== NONE) return speaksFor(1, 'suits.starts_free', () => ({ day: dated(starts) }))
          if (first !== NONE && (freeFrom === NONE || freeFrom <= first) && (freeTo === NONE || freeTo >= last)) {
            return speaksFor(1, 'suits.season_free', when)
          }
          if (first !== NONE && ((freeFrom !== NONE && last + SEASON_SLACK < freeFrom) || (freeTo !== NONE && first - SEASON_SLACK > freeTo))) {
            return against(1, 'suits.season_not_free', when)
          }
          return season ? unknown('suits.start_unknown_season', when) : unknown('suits.start_unknown')
        },
      }, {
        reads: [numbers.weeks_min, numbers.weeks_max],
        judge(row) {
          if (!most && !least) return null
          const low = numbers.weeks_min[row]
          const high = numbers.weeks_max[row]
          if (most && low !== NONE && low > most) return no('dates', 'suits.lasts_at_least', () => ({ weeks: String(low) }))
          const longest = high === NONE ? low : high
          if (least && longest !== NONE && longest < least) return against(1, 'suits.lasts_only', () => ({ weeks: String(longest) }))
          if (longest === NONE) return unknown('suits.length_unknown')
          return speaksFor(1, 'suits.lasts', () => ({ weeks: spanned([...new Set([low, high])].filter((one) => one !== NONE)) }))
        },
      }, {
        reads: [texts.pay_status],
        judge(row) {
          if (!needs.includes('paid')) return null
          const pay = texts.pay_status.at(row)
          const sum = numbers.pay_month_eur[row]
          if (!pay) return unknown('suits.paid_unknown')
          if (pay !== 'paid' && pay !== 'allowance') return against(3, pay === 'unpaid' ? 'suits.unpaid' : 'suits.expenses_only')
          const kind = pay === 'paid' ? 'suits.paid' : 'suits.allowance'
          return sum === NONE ? speaksFor(3, kind) : speaksFor(3, 'suits.about_pay', () => ({ kind: message(kind), pay: String(sum) }))
        },
      }, {
        reads: [texts.countries, texts.visa_support, asks.work_right, asks.support],
        judge(row) {
          const hosts = texts.countries.list(row)
          const visa = texts.visa_support.at(row)
          const isRightAsked = asks.work_right.at(row) === 'required'
          if (!needs.includes('visa')) {
            if (!passports.length || !isRightAsked) return null
            if (worksFreely(hosts)) return speaksFor(1, 'suits.right_yes')
            return unknown('suits.right_unknown')
          }
          if (hosts.length && hosts.every((host) => passports.includes(host))) {
            return speaksFor(3, 'suits.visa_own_country')
          }
          if (worksFreely(hosts)) return speaksFor(3, 'suits.visa_free')
          if (visa === 'yes' || asks.support.list(row).includes('visa')) return speaksFor(3, 'suits.visa_yes')
          if (visa === 'no') return against(3, 'suits.visa_no')
          if (isRightAsked) return against(3, 'suits.right_asked')
          return unknown(visa === 'case_by_case' ? 'suits.visa_case' : 'suits.visa_unknown')
        },
      }, {
        reads: [asks.support],
        judge(row) {
          if (!needs.includes('housing')) return null
          return asks.support.list(row).includes('housing') ? speaksFor(3, 'suits.housing_yes') : unknown('suits.housing_unknown')
        },
      }, {
        reads: [texts.countries],
        judge(row) {
          const hosts = texts.countries.list(row)
          if (!wishes.countries.length) return null
          const there = hosts.filter((host) => wishes.countries.includes(host))
          if (there.length) return speaksFor(2, 'suits.in_country', () => ({ countries: names(there, countries) }))
          return hosts.length ? against(2, 'suits.country_no') : unknown('suits.country_unknown')
        },
      }, {
        reads: [texts.countries],
        judge: (row) => home && texts.countries.at(row) === home && !wishes.countries.includes(home)
          ? against(2, 'suits.at_home') : null,
      }, {
        reads: [texts.fields],
        judge(row) {
          if (!ownFields.length) return null
          const wanted = texts.fields.list(row)
          const shared = wanted.filter(isOwn)
          if (shared.length) return speaksFor(3, 'suits.field_yes', () => ({ fields: names(shared, fields) }))
          return wanted.length ? against(3, 'suits.field_no', () => ({ fields: names(wanted, fields) })) : unknown('suits.field_unknown')
        },
      }, {
        reads: [texts.work_mode, texts.remote_countries],
        judge(row) {
          if (wishes.remote === null) return null
          const mode = texts.work_mode.at(row)
          const from = texts.remote_countries.list(row)
          if (!mode) return unknown('suits.remote_unknown')
          if (mode === 'remote' && wishes.remote && from.length && home && !from.includes(home)) {
            return against(2, 'suits.remote_not_from', () => ({ countries: names([home], countries) }))
          }
          const key = `word.${mode as 'onsite' | 'hybrid' | 'remote'}` as const
          return (mode === 'remote') === wishes.remote ? speaksFor(2, key) : against(2, key)
        },
      }, {
        reads: [wished.points],
        judge: (row) => wished.points[row]
          ? speaksFor(wished.points[row] * 2 / 1000, 'suits.speaks_of', () => ({ words: listed(wished.found(row)) })) : null,
      }, {
        reads: [asksFor.fee_min],
        judge(row) {
          const fee = asksFor.fee_min[row]
          const currency = asks.fee_currency.at(row)
          return fee > 0 ? against(2, 'suits.fee', () => ({ fee: [fee, currency].filter(Boolean).join(' ') })) : null
        },
      }, {
        reads: [asks.risks],
        judge(row) {
          const marks = asks.risks.list(row)
          return marks.length ? against(marks.length, 'suits.risks', () => ({ marks: listed(marks.map(word)) })) : null
        },
      }, {
        reads: [asks.lives],
        judge(row) {
          const marks = asks.lives.list(row)
          return marks.length ? { says: 'against', points: -marks.length, words: () => listed(marks.map(since)) } : null
        },
      },
    ]
  }
}

/** Rows by what stands in a column. */
function grouped(rows: number, column: ArrayLike<number>): Groups {
  const of = new Uint32Array(rows)
  const examples: number[] = []
  const known = new Map<number, number>()
  for (let row = 0; row < rows; row++) {
    let group = known.get(column[row])
    if (group === undefined) {
      group = examples.length
      known.set(column[row], group)
      examples.push(row)
    }
    of[row] = group
  }
  return { of, rows: examples }
}

/** Rows by what group of the one and what group of the other they are of. */
function combined(rows: number, one: Groups, other: Groups): Groups {
  const pairs = one.rows.length * other.rows.length
  const pair = (row: number): number => one.of[row] * other.rows.length + other.of[row]
  if (pairs > MOST_PAIRS) return grouped(rows, Float64Array.from({ length: rows }, (_, row) => pair(row)))
  const known = new Int32Array(pairs).fill(-1) // a table of all pairs is ten times as fast as a map
  const of = new Uint32Array(rows)
  const examples: number[] = []
  for (let row = 0; row < rows; row++) {
    const at = pair(row)
    if (known[at] < 0) {
      known[at] = examples.length
      examples.push(row)
    }
    of[row] = known[at]
  }
  return { of, rows: examples }
}

type Values = () => Record<string, string>
const speaksFor = (points: number, key: Key, values?: Values): Judgement => ({ says: 'for', points, words: () => message(key, values?.()) })
const against = (points: number, key: Key, values?: Values): Judgement => ({ says: 'against', points: -points, words: () => message(key, values?.()) })
const unknown = (key: Key, values?: Values): Judgement => ({ says: 'unknown', points: 0, words: () => message(key, values?.()) })
const no = (why: Why, key: Key, values?: Values): Judgement => ({ says: 'no', points: 0, words: () => message(key, values?.()), why })

const hundredths = (points: number): number => Math.round(points * 100)
const spanned = ([least, most = least]: number[]): string =>
  least === most ? String(least) : message('suits.span', { least: String(least), most: String(most) })
/** In English as the macro writes it. */
const dated = (days: number): string => chosen === 'en' ? new Date(days * 86_400_000).toISOString().slice(0, 10) : day(days)

/** What an internship's life shows, from flag:YYYY-MM-DD. */
function since(mark: string): string {
  const [flag, from] = mark.split(':')
  return message('suits.mark_since', { mark: word(flag), day: dated(daysOf(from)) })
}
