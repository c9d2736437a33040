// Builds the style sheets, the script and the fonts into the folder given; called by the Python beside it.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import rtlcss from 'rtlcss'
import * as sass from 'sass'
import wawoff2 from 'wawoff2'

const [here, out, inputs] = process.argv.slice(2)
const packages = join(dirname(fileURLToPath(import.meta.url)), 'node_modules')
const files = {}

const shortHash = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 12)

/** Write a file under a name that holds its hash, beside compressed copies where that pays. */
function emit(name, content, { compress = false } = {}) {
  const bytes = Buffer.from(content)
  const dot = name.lastIndexOf('.')
  const hashed = `${name.slice(0, dot)}.${shortHash(bytes)}${name.slice(dot)}`
  mkdirSync(dirname(join(out, hashed)), { recursive: true })
  writeFileSync(join(out, hashed), bytes)
  if (compress) {
    writeFileSync(join(out, `${hashed}.gz`), gzipSync(bytes, { level: 9 }))
    writeFileSync(join(out, `${hashed}.br`), brotliCompressSync(bytes))
  }
  files[name] = hashed
}

/** A file that a program on the server asks for by its plain name. */
function keep(name, bytes) {
  mkdirSync(dirname(join(out, name)), { recursive: true })
  writeFileSync(join(out, name), bytes)
  files[name] = name
}

const FONTS = [
  ['noto-sans', 'latin', 'NotoSans-Latin'],
  ['noto-sans', 'latin-ext', 'NotoSans-LatinExt'],
  ['noto-sans-arabic', 'arabic', 'NotoSansArabic'],
]
for (const [family, subset, plain] of FONTS) {
  for (const [weight, word] of [[400, 'Regular'], [700, 'Bold']]) {
    const woff2 = readFileSync(join(packages, '@fontsource', family, 'files', `${family}-${subset}-${weight}-normal.woff2`))
    emit(`fonts/${family}-${subset}-${weight}.woff2`, woff2)
    // Charts and documents are set on the server, by programs that read TrueType only.
    keep(`truetype/${plain}-${word}.ttf`, await wawoff2.decompress(woff2))
  }
}
keep('fonts/OFL.txt', readFileSync(join(packages, '@fontsource', 'noto-sans', 'LICENSE')))

/** The components carry our own prefix, so that nobody takes a page for one of the government they come from. */
const renamed = (text) => text.replaceAll('govuk-', 'ar-')

/** The colours stand in one file, which the charts read too; to Sass they are a module with one map. */
const tokens = JSON.parse(readFileSync(join(here, 'tokens.json'), 'utf8'))
const tokenModule = `$tokens: (${Object.entries(tokens).map(([name, colour]) => `"${name}": ${colour}`).join(', ')});`
const compiled = sass.compile(join(here, 'scss', 'arusha.scss'), {
  importers: [{
    canonicalize: (url) => url === 'arusha:tokens' ? new URL(url) : null,
    load: () => ({ contents: tokenModule, syntax: 'scss' }),
  }],
  loadPaths: [packages],
  quietDeps: true,
  style: 'compressed',
  charset: false,
}).css
const css = '@charset "UTF-8";' + renamed(compiled)
  .replace(/url\("?(fonts\/[\w.-]+)"?\)/g, (_, name) => `url(${files[name]})`)
emit('arusha.css', css, { compress: true })
emit('arusha.rtl.css', rtlcss.process(css), { compress: true })
emit('arusha.js', readFileSync(join(here, 'arusha.js')), { compress: true })
for (const name of readdirSync(join(here, 'images'))) emit(name, readFileSync(join(here, 'images', name)))

writeFileSync(join(out, 'manifest.json'), JSON.stringify({ inputs, files }, null, 2) + '\n')
