// The page: reads the tables, keeps state and address together, shows one view at a time. The first openings of the list are shown
// before all are read; what filters, searches and judges works from then on.

import type { Charts } from './charts'
import { makeCharts } from './charts'
import type { ChosenChips } from './chosen'
import { makeChosen } from './chosen'
import { comparePage, makeComparing } from './compare'
import { Gone, readContents, readRows, RecordReader } from './data'
import type { Contents } from './data'
import { h } from './dom'
import { filesPage } from './files'
import { FACETS } from './facets'
import { Filters, firstOnes } from './filters'
import type { Detail } from './internship'
import { internshipPage } from './internship'
import { fill, Internships } from './internships'
import { makeList, PAGE } from './list'
import { lastVisit, Marks } from './marks'
import type { Key } from './messages'
import { isLoaded, language, LANGUAGES, loadMessages, message } from './messages'
import { makeMine } from './mine'
import { makePerson } from './person'
import type { Profile } from './profile'
import { isAsking, isRemembered, isTold, keepProfile, readProfile } from './profile'
import { makeSaved } from './saved'
import { Search } from './search'
import type { Sidebar } from './sidebar'
import { makeSidebar, sidebarToCome } from './sidebar'
import { sourcesPage } from './sources'
import type { Sort, State } from './state'
import { addressOf, isUsual, isView, readState, VIEWS } from './state'
import type { Judged, Ranking, Suits } from './suits'
import { readSuits } from './suits'
import { makeUnderstood } from './understood'
import { dayOf, daysOf, localized } from './words'

const OLD_DAYS = 2
const DAY = 86_400_000

const main = document.getElementById('main') as HTMLElement

function sayError(error: unknown): void {
  if (!isLoaded()) { // what is said without words stands in index.html
    document.getElementById('failed')?.removeAttribute('hidden')
    document.getElementById('loading')?.remove()
    return
  }
  const words = message(error instanceof Gone ? 'error.newer' : 'error.unreadable')
  main.replaceChildren(h('div', { role: 'alert', class: 'error' }, h('h1', {}, words),
    h('p', { class: 'quiet' }, String(error)), h('p', {}, h('button', { type: 'button', onclick: () => location.reload() }, message('error.again')))))
}

/** The title of the page, and what of it is shown. */
function entitle(shown: string): void {
  document.title = shown ? `${shown} – ${message('title')}` : message('title')
}

/** What stands in index.html, in the reader's language; and the choice of another. */
function translate(): void {
  document.documentElement.lang = language
  document.documentElement.dir = message('page.direction')
  for (const element of document.querySelectorAll<HTMLElement>('[data-message]')) element.textContent = message(element.dataset.message as Key)
  for (const element of document.querySelectorAll<HTMLElement>('[data-label]')) element.setAttribute('aria-label', message(element.dataset.label as Key))
  const languages = LANGUAGES.map((one) => {
    const link = h('a', {
      href: `?lang=${one}`, lang: one, hreflang: one, 'aria-current': one === language && 'true',
      onclick: () => { link.hash = location.hash }, // the same view
    }, new Intl.DisplayNames(one, { type: 'language' }).of(one))
    return h('li', {}, link)
  })
  const current = h('summary', {}, h('span', { class: 'unseen' }, `${message('page.language')}: `), languages[LANGUAGES.indexOf(language)].textContent)
  document.getElementById('languages')?.replaceChildren(h('details', { class: 'languages' }, current, h('ul', {}, ...languages)))
}

/** What works once all internships are read. */
interface Whole { filters: Filters; sidebar: Sidebar; charts: Charts; chips: ChosenChips }

/** `internships`: the first `rowsRead` of them were read; the others are read here. */
function start(read: Contents, internships: Internships, rowsRead: number): void {
  const search = new Search(internships, read) // finds the same in all languages
  const contents = localized(read)
  const night = daysOf(contents.night)
  const details = new RecordReader(contents.tables.details)
  let whole: Whole | null = null
  let state: State = readState(location.hash, FACETS)
  let profile: Profile = readProfile()
  let suits: Suits | null = null
  let ranking: Ranking | null = null
  let back = '#'
  /** The internship that the list was left for, and how far the list was scrolled. */
  let left: { id: string; top: number } | null = null
  let shown: string | null = null

  const person = makePerson(contents, isRemembered(), (given, remember) => {
    profile = given
    keepProfile(given, remember)
    state.page = 1
    rank().then(choose).catch(sayError)
  }, change)
  const marks = new Marks(() => {
    mine.show()
    if (isView(state)) choose()
  })
  const since = lastVisit(night)
  const comparing = makeComparing(() => document.getElementById('found'))
  const list = makeList(internships, contents, night, marks, change, comparing)
  const frame = h('div', { class: 'frame' })
  const understood = makeUnderstood(change)
  const chosenPlace = h('div')
  const sidebarPlace = sidebarToCome()
  const saved = makeSaved(() => ({ state, profile }))
  const mine = makeMine(marks, internships, since, change, saved)
  const browse = h('div', { class: 'browse' }, person.element, mine.element, mine.news, h('div', { class: 'columns' }, sidebarPlace, h('div', {}, understood.element, chosenPlace, frame)))

  /** All internships are read. */
  function complete(): void {
    const filters = new Filters(internships, night, search, marks, since)
    whole = {
      filters, sidebar: makeSidebar(filters, change, sidebarPlace.open), charts: makeCharts(internships, contents, filters.facets),
      chips: makeChosen(filters.facets, change),
    }
    sidebarPlace.replaceWith(whole.sidebar.element)
    chosenPlace.replaceWith(whole.chips.element)
    mine.show()
    followMerged().catch(sayError)
  }

  /** Change the state by hand: the address follows, without an entry in the history for each letter typed. */
  function change(edit: (state: State) => void): void {
    edit(state)
    state.page = 1
    history.replaceState(null, '', addressOf(state))
    choose()
  }

  /** Judge all rows for who asks. What internships ask of a person is read when somebody tells of themselves. */
  async function rank(): Promise<void> {
    if (!whole) return // it is judged as soon as all are read
    if (profile.wishes.words) await search.load()
    if (isTold(profile)) suits ??= await readSuits(internships, contents, search)
    const began = performance.now()
    ranking = suits && isTold(profile) ? suits.rank(profile) : null
    performance.measure('rank', { start: began })
  }

  let reading: Promise<void> | undefined
  /** Read all internships, once: after what is seen first, so that this has the line for itself. */
  const readAll = (): Promise<void> => reading ??= fill(internships, contents.tables.internships).then(complete).then(rank)

  /** The newest, for who asks for nothing else; else, that they are being read. */
  function showFirst(): void {
    person.show(state, profile)
    const rows = isUsual(state) && !isTold(profile) ? firstOnes(internships, rowsRead, night, PAGE, marks) : []
    if (rows.length < PAGE) frame.replaceChildren(h('p', { role: 'status' }, message('page.loading')))
    else list.show(state, 'new', { rows: Uint32Array.from(rows), amount: contents.open, complete: contents.open }, null, false)
  }

  function choose(): void {
    if (!whole) {
      showFirst()
      return
    }
    const { filters, sidebar, charts, chips } = whole
    if (state.q && !search.isReady) {
      search.load().then(choose).catch(sayError)
      return
    }
    const began = performance.now()
    const isThere: Partial<Record<Sort, boolean>> = { you: ranking !== null, words: state.q !== '' }
    const sort: Sort = state.sort && isThere[state.sort] !== false ? state.sort : isThere.words ? 'words' : isThere.you ? 'you' : 'new'
    const chosen = filters.choose(state, sort, profile.residence, ranking)
    person.show(state, profile)
    sidebar.show(state, chosen)
    understood.show(chosen.understood, chosen.nowhere, state.q)
    const judge = suits && ranking ? (row: number): Judged => (suits as Suits).judge(profile, row) : null
    chips.show(state, chosen, judge)
    saved.open = false // it has what was searched when it was opened
    if (state.view === 'charts') charts.show(state, chosen.rows)
    else list.show(state, sort, chosen, judge, isAsking(profile))
    performance.measure('choose', { start: began })
  }

  function navigate(): void {
    for (const link of document.querySelectorAll('#views a')) {
      if (link.getAttribute('data-view') === state.view && isView(state)) link.setAttribute('aria-current', 'page')
      else link.removeAttribute('aria-current')
    }
  }

  /** Show what the address says. Focus goes to the heading of a view that is another than before. */
  async function show(): Promise<void> {
    const view = isView(state) ? state.view : addressOf(state)
    const isOther = shown !== null && shown !== view
    const isSame = shown === view
    shown = view
    navigate()
    if (state.id) {
      if (!isSame) await showInternship(state.id)
    } else if (state.compare.length) {
      if (!isSame) await showCompared(state.compare)
    } else if (state.view === 'list' || state.view === 'charts') {
      const element = state.view === 'list' ? list.element : whole?.charts.element ?? list.element
      if (frame.firstChild !== element) frame.replaceChildren(element) // moved, it would lose the focus
      if (!browse.isConnected) main.replaceChildren(browse)
      choose()
      entitle(state.view === 'list' ? '' : message('view.charts'))
    } else {
      if (!isSame) {
        const page = state.view === 'sources' ? await sourcesPage(contents) : filesPage(contents)
        if (shown !== view) return // somebody went on meanwhile
        main.replaceChildren(page)
      }
      entitle(message(`view.${state.view}`))
    }
    if (!isOther) return
    const cameFrom = isView(state) && state.view === 'list' && left ? main.querySelector<HTMLElement>(`a[href="#id=${encodeURIComponent(left.id)}"]`) : null
    scrollTo(0, cameFrom && left ? left.top : 0)
    const focused = cameFrom ?? main.querySelector<HTMLElement>('h1')
    focused?.focus({ preventScroll: true })
  }

  async function showInternship(id: string): Promise<void> {
    const record = await details.read(id)
    const leadsTo = record === undefined ? (await redirects()).get(id) : undefined
    if (isTold(profile)) await readAll() // who tells of themselves has it judged
    if (state.id !== id) return // somebody went on meanwhile
    if (leadsTo !== undefined) {
      location.replace(addressOf({ ...state, id: leadsTo }))
      return
    }
    if (record === undefined) {
      main.replaceChildren(h('article', {}, h('h1', { tabindex: -1 }, message('missing.title')),
        h('p', {}, message('missing.text', { id, day: dayOf(contents.night) })),
        h('p', {}, h('a', { href: back }, message('missing.back')))))
      entitle(message('missing.tab'))
      return
    }
    const detail = JSON.parse(record) as Detail
    main.replaceChildren(internshipPage(detail, contents, judged(id), isAsking(profile), marks, back))
    entitle(String(detail.internship.title))
  }

  async function showCompared(ids: string[]): Promise<void> {
    const records = await Promise.all(ids.map((id) => details.read(id)))
    if (isTold(profile)) await readAll() // who tells of themselves has them judged
    if (state.compare !== ids) return // somebody went on meanwhile
    const compared = records.filter((record) => record !== undefined).map((record) => JSON.parse(record) as Detail)
    const missing = ids.filter((_, at) => records[at] === undefined).map((id) => message('missing.text', { id, day: dayOf(contents.night) }))
    comparing.choose(compared.map(({ internship }) => internship.internship_id as string))
    main.replaceChildren(comparePage(compared, missing, judged, isAsking(profile), back))
    entitle(message('compare.title'))
  }

  /** How one suits who tells of themselves. */
  function judged(id: string): Judged | null {
    const row = ranking ? internships.row(id) : undefined
    return suits && row !== undefined ? suits.judge(profile, row) : null
  }

  /** The ids that ids were merged into. */
  async function redirects(): Promise<Map<string, string>> {
    const file = contents.exports.find(({ path }) => path === 'redirects.parquet')
    const rows = file ? await readRows<{ old_id: string; new_id: string }>(file) : []
    return new Map(rows.map(({ old_id, new_id }) => [old_id, new_id]))
  }

  /** Marks go to what their internships were merged into. */
  async function followMerged(): Promise<void> {
    if (marks.ids().every((id) => internships.row(id) !== undefined)) return
    marks.follow(await redirects())
  }

  // a browser may scroll to the top before it says that the address is another
  let lastTop = 0
  addEventListener('scroll', () => { if (isView(state) && isView(readState(location.hash, FACETS))) lastTop = scrollY }, { passive: true })
  const follow = (): void => {
    const before = state
    if (isView(state)) back = addressOf(state)
    state = readState(location.hash, FACETS)
    if (!isView(state) && isView(before)) left = { id: state.id || state.compare[0], top: lastTop }
    show().catch(sayError)
  }
  addEventListener('hashchange', follow)

  document.getElementById('views')?.replaceChildren(...VIEWS.map((view) =>
    h('a', {
      href: addressOf({ ...state, id: '', compare: [], view }), 'data-view': view,
      // the filters go along from view to view
      onclick: (event) => {
        event.preventDefault()
        location.hash = addressOf(isView(state) ? { ...state, view, page: 1 } : { ...readState(back, FACETS), view })
      },
    }, message(`view.${view}`))))
  const age = Math.floor(Date.now() / DAY) - night
  const nightLine = document.getElementById('night') as HTMLElement
  nightLine.textContent = message(age > OLD_DAYS ? 'night.ago' : 'night.of', { day: dayOf(contents.night), count: age })
  document.getElementById('skip')?.addEventListener('click', (event) => {
    event.preventDefault()
    const first = main.querySelector<HTMLElement>('.card h2 a') ?? main
    first.focus()
  })
  show().then(() => performance.mark('seen')).then(readAll).then(show).then(() => {
    performance.mark('usable')
    document.documentElement.dataset.usable = ''
    if (!state.q) document.getElementById('q')?.addEventListener('focus', () => void search.load().catch(sayError), { once: true })
  }).catch(sayError)
}

async function load(): Promise<void> {
  const words = loadMessages().then(translate)
  const contents = await readContents()
  const { first, internships: all } = contents.tables
  const internships = new Internships(all.rows)
  const isList = isView(readState(location.hash, FACETS)) // who comes for one internship sees that first
  if (isList) await fill(internships, first)
  await words
  start(contents, internships, isList ? first.rows : 0)
}

load().catch(sayError)
