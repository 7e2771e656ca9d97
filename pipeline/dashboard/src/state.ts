// What is shown, as it stands in the address behind the #, so that every view can be shared.

import type { MarkName } from './marks'
import { MARKS } from './marks'

export const VIEWS = ['list', 'charts', 'sources', 'files'] as const
export type View = typeof VIEWS[number]

export const SORTS = ['you', 'words', 'new', 'deadline', 'pay', 'title', 'organization', 'country'] as const
export type Sort = typeof SORTS[number]

/** So many internships stand side by side at most. */
export const MOST_COMPARED = 4

export interface State {
  view: View
  id: string
  /** Ids of those that are compared. */
  compare: string[]
  q: string
  /** Only what has all that is searched. */
  every: boolean
  pay: number
  /** Empty: the usual one, which is what has the words best where some are searched, what suits who tells of themselves,
   *  and the newest for others. */
  sort: Sort | ''
  page: number
  any: boolean
  chosen: Record<string, string[]>
  /** Only those with a mark of the reader's. */
  mine: MarkName | ''
}

/** The state that an address tells; what it does not know, it leaves out. `facets`: the filters that have a key. */
export function readState(hash: string, facets: readonly string[]): State {
  const given = new URLSearchParams(hash.replace(/^#/, ''))
  const view = given.get('view') as View
  const sort = given.get('sort') as Sort
  const mine = given.get('mine') as MarkName
  const chosen: Record<string, string[]> = {}
  for (const key of facets) {
    const values = given.get(key)
    if (values) chosen[key] = values.split(',')
  }
  return {
    view: VIEWS.includes(view) ? view : 'list',
    id: given.get('id') ?? '',
    compare: [...new Set((given.get('compare') ?? '').split(',').filter(Boolean))].slice(0, MOST_COMPARED),
    q: given.get('q') ?? '',
    every: given.get('words') === 'all',
    pay: Math.max(0, Math.floor(Number(given.get('pay')) || 0)),
    sort: SORTS.includes(sort) ? sort : '',
    page: Math.max(1, Math.floor(Number(given.get('page')) || 1)),
    any: given.get('for') === 'anyone',
    chosen,
    mine: MARKS.includes(mine) ? mine : '',
  }
}

/** One of the views, not a page of single internships. */
export const isView = (state: State): boolean => !state.id && !state.compare.length

/** The newest of all that is open: nothing was asked. */
export const isUsual = (state: State): boolean =>
  state.view === 'list' && !state.q && !state.pay && !state.mine && state.page === 1 && (state.sort === '' || state.sort === 'new') && !Object.keys(state.chosen).length

/** Neither words nor filters. */
export const clearFilters = (state: State): void => void Object.assign(state, { q: '', every: false, pay: 0, chosen: {}, mine: '' })

/** The address of a state, with its #. */
export function addressOf(state: State): string {
  if (state.id) return `#id=${encodeURIComponent(state.id)}`
  if (state.compare.length) return `#compare=${state.compare.map(encodeURIComponent).join(',')}`
  const parts: string[] = []
  const say = (key: string, value: string): void => {
    parts.push(`${key}=${encodeURIComponent(value).replaceAll('%2C', ',').replaceAll('%20', '+')}`)
  }
  if (state.view !== 'list') say('view', state.view)
  if (state.q) say('q', state.q)
  if (state.q && state.every) say('words', 'all')
  for (const [key, values] of Object.entries(state.chosen)) if (values.length) say(key, values.join(','))
  if (state.pay) say('pay', String(state.pay))
  if (state.mine) say('mine', state.mine)
  if (state.any) say('for', 'anyone')
  if (state.sort) say('sort', state.sort)
  if (state.page > 1) say('page', String(state.page))
  return `#${parts.join('&')}`
}
