// What is searched, as an entry of decisions/searches.yaml to copy: whoever runs this site saves it, and it has a feed and a
// calendar of its own, and tells of what is new by mail. Filters are those of pipeline/query/filters.py, named after columns.

import type { Child } from './dom'
import { h } from './dom'
import { SILENT } from './facets'
import type { Profile } from './profile'
import { message, named } from './messages'
import { isTold, told } from './profile'
import type { State } from './state'
import { listed } from './words'

/** Filter of the page -> filter of a saved search. What is not here moves from night to night, or is no column. */
const COLUMNS: Record<string, string> = {
  to: 'countries', field: 'fields', paid: 'pay_status', language: 'languages_required', written: 'posting_language',
  visa: 'visa_support', mode: 'work_mode', channel: 'channels', source: 'source_ids', kind: 'kind',
}
/** Filters that know what is not stated. */
const KNOW_SILENCE = ['pay_status', 'visa_support', 'work_mode', 'kind']

const SECRET_BYTES = 12

/** The entry as YAML, whose flow style JSON is, and what of the filters it cannot hold. */
export function entryOf(state: State, profile: Profile): { yaml: string; left: string[] } {
  const filters: Record<string, unknown> = {}
  const left: string[] = []
  for (const [key, keys] of Object.entries(state.chosen)) {
    const column = COLUMNS[key]
    const values = keys.map((value) => value === SILENT ? 'not_stated' : value)
    if (column && (KNOW_SILENCE.includes(column) || !keys.includes(SILENT))) filters[column] = values
    else if (keys.length) left.push(key)
  }
  if (state.q) filters.words = state.q
  if (state.q && state.every) left.push('every')
  if (state.pay) filters.pay_month_eur_min = state.pay
  const lines = [`- name: ${JSON.stringify(state.q || message('saved.name'))}`]
  if (Object.keys(filters).length || !isTold(profile)) lines.push(`  filters: ${JSON.stringify(filters)}`)
  if (isTold(profile) && !state.any) {
    lines.push(`  secret: ${secret()}`, `  profile: ${JSON.stringify(JSON.parse(told(profile)))}`)
  } else if (lines.length === 1) lines.push('  filters: {}')
  lines.push('  to: [me@example.org]')
  return { yaml: `${lines.join('\n')}\n`, left }
}

/** Random characters that name the files of a search with a profile. */
function secret(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** A part that opens below the list: the entry, and how to copy it. `current`: what is searched now. */
export function makeSaved(current: () => { state: State; profile: Profile }): HTMLDetailsElement {
  const nameOf = (key: string): string => named(`facet.${key}`) ?? message('saved.all_words')
  const content = h('div', {})
  const show = (): void => {
    const { state, profile } = current()
    const { yaml, left } = entryOf(state, profile)
    const copied = h('span', { role: 'status' })
    const text = h('textarea', { id: 'entry', readonly: true, rows: 6, spellcheck: 'false' })
    text.value = yaml
    const copy = h('button', { type: 'button', onclick: () => {
      text.select()
      const byHand = (): void => { copied.textContent = message('saved.selected') }
      // a page that came without TLS has no clipboard
      if (window.isSecureContext) navigator.clipboard.writeText(yaml).then(() => { copied.textContent = message('saved.copied') }, byHand)
      else byHand()
    } }, message('saved.copy'))
    const parts: Child[] = [
      h('p', {}, h('label', { for: 'entry' }, message('saved.label'))),
      text, h('p', {}, copy, ' ', copied),
      left.length > 0 && h('p', { class: 'quiet' }, message('saved.left', { filters: listed(left.map(nameOf)) })),
    ]
    content.replaceChildren(...parts.filter((part) => part instanceof Node))
  }
  const element = h('details', { class: 'saved' }, h('summary', {}, message('saved.summary')), content)
  element.addEventListener('toggle', () => { if (element.open) show() })
  return element
}
