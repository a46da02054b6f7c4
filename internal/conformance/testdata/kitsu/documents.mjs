// Carries out steps against a fake with kitsu-core, which reads and writes JSON:API
// documents. It prints one line of JSON: what each step saw.
//
//   node documents.mjs URL STEPS HEADERS
//
// A step is {method, path, type, data, show}. "$1" in a path or in data is the id of the
// first resource that was created. Show is a path into what was read. A step with
// pages reads a list to its end and shows how many resources each page has.
import { deserialise, serialise } from 'kitsu-core'

const [url, steps, headers] = [process.argv[2], JSON.parse(process.argv[3]), JSON.parse(process.argv[4])]
const ids = []
const fill = text => text.replace(/\$(\d)/g, (_, n) => ids[n - 1])

async function call (method, address, body) {
  const response = await fetch(address, { method, headers, body: body && JSON.stringify(body) })
  const text = await response.text()
  return { status: response.status, links: text && JSON.parse(text).links, ...text && await deserialise(JSON.parse(text)) }
}

const seen = []
for (const step of steps) {
  let address = url + fill(step.path)
  const data = step.data && JSON.parse(fill(JSON.stringify(step.data)))
  if (step.pages) {
    const sizes = []
    while (address) {
      const page = await call('GET', address)
      sizes.push(page.data?.length ?? page.status)
      const next = page.links?.next
      address = next && new URL(next.href ?? next, url).href
    }
    seen.push(sizes.join(' '))
    continue
  }
  const body = data && serialise(step.type, data, step.method)
  const result = await call(step.method, address, body)
  if (step.method === 'POST') ids.push(result.data?.id)
  const shown = step.show?.split('.').reduce((value, name) => value?.[name], result)
  seen.push([result.status, ...shown === undefined ? [] : [shown]].join(' '))
}
console.log(JSON.stringify(seen))
