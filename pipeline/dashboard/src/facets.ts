// The filters with options: what they are called, their options, and which of them each distinct value stands under. Which rows
// are chosen is in filters.ts.

import type { Internships, Texts } from './internships'
import { NONE } from './internships'
import { message } from './messages'
import { LEVELS } from './profile'
import { ableToApply } from './suits'
import { country, field, language, level, occupation, occupationGroup, season, today, word } from './words'

/** Key of the option for what is not stated. */
export const SILENT = '-'

/** Keys of the filters, as they stand in an address. */
export const FACETS = [
  'to', 'town', 'field', 'occupation', 'paid', 'deadline', 'weeks', 'start', 'season', 'level', 'nationality', 'language', 'written', 'visa',
  'support', 'mode', 'channel', 'source', 'kind', 'seen', 'state',
] as const
export type FacetKey = typeof FACETS[number]

export interface Option { key: string; label: string }

/** A filter with options: each row has a code, each code the options it stands under. */
export interface Facet {
  key: FacetKey
  label: string
  options: Option[]
  codes: Uint8Array | Uint16Array | Uint32Array
  optionsOf: number[][]
  /** Chosen where the address says nothing. */
  usual: string[]
}

function facetOfTexts(
  key: FacetKey, texts: Texts, name: (part: string) => string,
  settings: { split?: string; order?: readonly string[]; usual?: string[]; keyOf?: (part: string) => string } = {},
): Facet {
  const options: Option[] = (settings.order ?? []).map((one) => ({ key: one, label: name(one) }))
  const places = new Map(options.map((option, at) => [option.key, at]))
  const place = (one: string, label_: string): number => {
    let at = places.get(one)
    if (at === undefined) {
      at = options.length
      places.set(one, at)
      options.push({ key: one, label: label_ })
    }
    return at
  }
  const optionsOf = texts.values.map((value) => {
    if (!value) return [] as number[]
    const parts = settings.split ? value.split(settings.split) : [value]
    return [...new Set(parts.map((part) => place(settings.keyOf?.(part) ?? part, name(part))))]
  })
  if (texts.codes.includes(0)) optionsOf[0] = [place(SILENT, SILENT)]
  return { key, label: message(`facet.${key}`), options, codes: texts.codes, optionsOf, usual: settings.usual ?? [] }
}

function facetOfBuckets(key: FacetKey, options: Option[], codes: Uint8Array): Facet {
  return { key, label: message(`facet.${key}`), options, codes, optionsOf: options.map((_, at) => [at]), usual: [] }
}

function deadlines(internships: Internships, now: number): Facet {
  const options = [
    { key: '7', label: message('deadline.7') }, { key: '30', label: message('deadline.30') }, { key: '90', label: message('deadline.90') },
    { key: 'later', label: message('option.later') }, { key: 'passed', label: message('deadline.passed') },
    { key: 'rolling', label: message('deadline.rolling') }, { key: SILENT, label: message('option.silent') },
  ]
  const kinds = internships.texts.deadline_kind
  const loose = kinds.values.map((kind) => kind === 'rolling' || kind === 'until_filled')
  const codes = internships.numbers.deadline as Int32Array
  return facetOfBuckets('deadline', options, Uint8Array.from(codes, (day, row) => {
    if (day === NONE) return loose[kinds.codes[row]] ? 5 : 6
    const left = day - now
    if (left < 0) return 4
    return left <= 7 ? 0 : left <= 30 ? 1 : left <= 90 ? 2 : 3
  }))
}

/** Days until a start, up to which it stands under an option. */
const STARTS = [31, 92, 183]

function starts(internships: Internships, now: number): Facet {
  const options = [
    { key: '31', label: message('start.31') }, { key: '92', label: message('start.92') }, { key: '183', label: message('start.183') },
    { key: 'later', label: message('option.later') }, { key: 'begun', label: message('start.begun') },
    { key: SILENT, label: message('option.silent') },
  ]
  return facetOfBuckets('start', options, Uint8Array.from(internships.numbers.starts_on as Int32Array, (day) => {
    if (day === NONE) return 5
    if (day < now) return 4
    const at = STARTS.findIndex((most) => day - now <= most)
    return at < 0 ? STARTS.length : at
  }))
}

const SEASONS = ['spring', 'summer', 'autumn', 'winter']

/** Seasons in the order of time: `summer 2027`. */
function seasons(texts: Texts): Facet {
  const order = texts.values.filter(Boolean)
  const place = (code: string): number => Number(code.slice(0, 4)) * SEASONS.length + SEASONS.indexOf(code.slice(5))
  order.sort((one, other) => place(one) - place(other))
  return facetOfTexts('season', texts, season, { order: [...order, SILENT] })
}

const WEEKS = [4, 12, 26]

function durations(internships: Internships): Facet {
  const options = [
    { key: '4', label: message('weeks.4') }, { key: '12', label: message('weeks.12') }, { key: '26', label: message('weeks.26') },
    { key: 'more', label: message('weeks.more') }, { key: SILENT, label: message('option.silent') },
  ]
  const bucket = (weeks: number): number => {
    const at = WEEKS.findIndex((most) => weeks <= most)
    return at < 0 ? WEEKS.length : at
  }
  const { weeks_min: least, weeks_max: most } = internships.numbers
  // a span of weeks stands under each bucket it touches: its code is that of its first and last
  const codes = Uint8Array.from(least as Int32Array, (low, row) => {
    const high = most[row] === NONE ? low : most[row]
    const from = low === NONE ? high : low
    return from === NONE ? 0 : 1 + bucket(from) * 4 + bucket(high)
  })
  const optionsOf: number[][] = [[4]]
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) optionsOf.push([0, 1, 2, 3].filter((at) => at >= from && at <= Math.max(from, to)))
  }
  return { key: 'weeks', label: message('facet.weeks'), options, codes, optionsOf, usual: [] }
}

/** `since`: the night of the visit before; for who was not here before, the one before this night. */
function seen(internships: Internships, night: number, since: number | null): Facet {
  const options = [
    { key: 'tonight', label: message('seen.tonight') }, { key: 'week', label: message('seen.week') },
    { key: 'earlier', label: message('seen.earlier') }, { key: 'since', label: message('seen.since') },
  ]
  const facet = facetOfBuckets('seen', options, Uint8Array.from(internships.numbers.first_seen as Int32Array, (day) =>
    (day === night ? 0 : night - day < 7 ? 1 : 2) + (day > (since ?? night - 1) ? 3 : 0)))
  facet.optionsOf = [[0, 1], [1], [2], [0, 1, 3], [1, 3], [2, 3]]
  return facet
}

/** Who may apply, as far as it is told: under a country stands what is open to its nationals. */
function acceptance({ texts, rows }: Internships): Facet {
  const { nationality_rule: rules, nationalities: named } = texts
  const countries = [...new Set(named.values.flatMap((value) => value ? value.split(' ') : []))]
  const options = [
    { key: 'any', label: message('nationality.any') }, ...countries.map((code) => ({ key: code, label: country(code) })),
    { key: SILENT, label: message('option.silent') },
  ]
  const known = new Map<number, number>()
  const optionsOf: number[][] = []
  const judge = (row: number): number[] => {
    if (rules.at(row) === 'any') return options.map((_, at) => at).slice(0, -1)
    const accepted = countries.flatMap((code, at) => ableToApply(rules.at(row), named.list(row), [code]) === 'yes' ? [at + 1] : [])
    return accepted.length ? accepted : [options.length - 1]
  }
  const codes = new Uint32Array(rows)
  for (let row = 0; row < rows; row++) {
    const pair = rules.codes[row] * named.values.length + named.codes[row]
    let code = known.get(pair)
    if (code === undefined) {
      code = optionsOf.push(judge(row)) - 1
      known.set(pair, code)
    }
    codes[row] = code
  }
  return { key: 'nationality', label: message('facet.nationality'), options, codes, optionsOf, usual: [] }
}

/** A source stands as `id=name`. */
const idOf = (source: string): string => source.slice(0, source.indexOf('='))
const nameOf = (source: string): string => source.slice(source.indexOf('=') + 1)

export function makeFacets(internships: Internships, night: number, since: number | null): Facet[] {
  const { texts } = internships
  return [
    facetOfTexts('to', texts.countries, country, { split: ' ' }),
    facetOfTexts('town', texts.cities, (town) => town, { split: ', ' }),
    facetOfTexts('field', texts.fields, (code) => field(code.slice(0, 2)), { split: ' ', keyOf: (code) => code.slice(0, 2) }),
    facetOfTexts('occupation', texts.occupation, occupation, { keyOf: occupationGroup }),
    facetOfTexts('paid', texts.pay_status, word, { order: ['paid', 'allowance', 'expenses_only', 'unpaid', SILENT] }),
    deadlines(internships, today()),
    durations(internships),
    starts(internships, today()),
    seasons(texts.season),
    facetOfTexts('level', texts.study_levels, level, { split: ' ', order: LEVELS }),
    acceptance(internships),
    facetOfTexts('language', texts.languages, language, { split: ' ' }),
    facetOfTexts('written', texts.posting_language, language),
    facetOfTexts('visa', texts.visa_support, word, { order: ['yes', 'case_by_case', 'no', SILENT] }),
    facetOfTexts('support', texts.support, word, { split: ' ' }),
    facetOfTexts('mode', texts.work_mode, word, { order: ['onsite', 'hybrid', 'remote', SILENT] }),
    facetOfTexts('channel', texts.channels, word, { split: ' ' }),
    facetOfTexts('source', texts.sources, nameOf, { split: '\n', keyOf: idOf }),
    facetOfTexts('kind', texts.kind, word),
    seen(internships, night, since),
    facetOfTexts('state', texts.state, word, { order: ['open', 'unverified', 'closed'], usual: ['open'] }),
  ].map((facet) => {
    for (const option of facet.options) if (option.key === SILENT) option.label = facet.key === 'to' ? message('option.no_country') : message('option.silent')
    return facet
  })
}
