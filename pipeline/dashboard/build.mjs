// `npm run build`: the bundle in page/, from src/ and the libraries of package.json. The same sources give the same bytes.
// The messages are parted by language, so that a reader loads their own.
//
// The map is drawn here, once: countries of the 1:110 million map as paths, those too small for it as points of the 1:50
// million one (both Natural Earth, public domain), in an equal-earth projection of WIDTH units.

import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { geoEqualEarth, geoPath } from 'd3-geo'
import { build } from 'esbuild'
import countries from 'i18n-iso-countries'
import { feature } from 'topojson-client'

const WIDTH = 960
const HEIGHT = 470
const BUNDLED = ['hyparquet', 'fzstd', 'world-atlas']
const NO_NUMBER = { Kosovo: 'XK' } // named by the atlas, without a number in ISO 3166-1
const NATURAL_EARTH = 'Map data: Natural Earth (naturalearthdata.com), public domain, by way of world-atlas.'

const require = createRequire(import.meta.url)
const here = (...parts) => new URL(parts.join('/'), import.meta.url).pathname

function atlas(name) {
  const topology = JSON.parse(readFileSync(require.resolve(`world-atlas/${name}.json`), 'utf8'))
  return feature(topology, topology.objects.countries).features.map((shape) => ({
    code: shape.id ? countries.numericToAlpha2(shape.id) : NO_NUMBER[shape.properties.name],
    shape,
  }))
}

function drawMap() {
  const coarse = atlas('countries-110m').filter(({ code }) => code !== 'AQ')
  const projection = geoEqualEarth().fitExtent([[2, 2], [WIDTH - 2, HEIGHT - 2]], {
    type: 'FeatureCollection', features: coarse.map(({ shape }) => shape),
  })
  const path = geoPath(projection).digits(1)
  const drawn = new Set(coarse.map(({ code }) => code))
  const small = atlas('countries-50m').filter(({ code }) => code && code !== 'AQ' && !drawn.has(code))
  return {
    width: WIDTH,
    height: HEIGHT,
    shapes: coarse.map(({ code, shape }) => [code ?? '', path(shape)]),
    points: small.map(({ code, shape }) => [code, ...path.centroid(shape).map((at) => Math.round(at * 10) / 10)]),
  }
}

const map = {
  name: 'map',
  setup(builder) {
    builder.onResolve({ filter: /^map:world$/ }, () => ({ path: 'world', namespace: 'map' }))
    builder.onLoad({ filter: /.*/, namespace: 'map' }, () => ({ contents: JSON.stringify(drawMap()), loader: 'json' }))
  },
}

function licences() {
  const parts = BUNDLED.map((name) => {
    const folder = here('node_modules', name)
    const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
    const file = ['LICENSE', 'LICENSE.md', 'LICENSE.txt'].map((one) => `${folder}/${one}`).find((one) => {
      try { return statSync(one).isFile() } catch { return false }
    })
    return `${name} ${version} (${license})\n\n${readFileSync(file, 'utf8').trim()}\n`
  })
  return ['What others wrote of app.js.\n', ...parts, NATURAL_EARTH + '\n'].join(`\n${'-'.repeat(80)}\n\n`)
}

/** Hash of what the bundle is made from; the test that the checked-in bundle is of these sources reckons it too. */
function builtFrom() {
  const hash = createHash('sha256')
  const files = ['build.mjs', 'package-lock.json', ...readdirSync(here('src')).map((name) => `src/${name}`)].sort()
  for (const name of files) hash.update(readFileSync(here(name)))
  return hash.digest('hex')
}

mkdirSync(here('page'), { recursive: true })
await build({
  absWorkingDir: here('.'),
  entryPoints: { app: 'src/main.ts' },
  outdir: here('page'),
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
  banner: { js: `// built from ${builtFrom()}; licences of what is in it: licences.txt` },
  plugins: [map],
})
await build({ entryPoints: [here('src/app.css')], outdir: here('page'), minify: true, charset: 'utf8' })
const messages = JSON.parse(readFileSync(here('src/messages.json'), 'utf8'))
for (const language of Object.keys(messages.title)) {
  const its = Object.fromEntries(Object.entries(messages).map(([key, texts]) => [key, texts[language]]))
  writeFileSync(here('page', `messages-${language}.json`), JSON.stringify(its) + '\n')
}
// English stands in the page until the words of another language are there, and for who reads without scripts
const html = readFileSync(here('src/index.html'), 'utf8').replace(/\{([\w.]+)\}/g, (_, key) => messages[key].en)
writeFileSync(here('page/index.html'), html)
writeFileSync(here('page/licences.txt'), licences())
for (const name of readdirSync(here('page'))) {
  console.log(`page/${name}  ${(statSync(here('page', name)).size / 1024).toFixed(1)} kB`)
}
