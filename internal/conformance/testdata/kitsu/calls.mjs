// Uses the fake of templates/runtime/apitest/testdata/blog.json as users of kitsu
// do. It prints one line of JSON: what it saw.
import Kitsu from 'kitsu'

const api = new Kitsu({
  baseURL: process.argv[2],
  camelCaseTypes: false,
  pluralize: false,
  resourceCase: 'none',
  headers: { Authorization: 'Bearer x' }
})
const seen = {}
const ann = await api.create('people', { name: 'Ann', email: 'ann@example.com' })
seen.created = ann.data
for (const title of ['c', 'a', 'b', 'e', 'd']) {
  await api.create('articles', { title, author: { data: { type: 'people', id: ann.data.id } } })
}
const read = await api.get('articles/1', { params: { include: 'author' } })
seen.author = read.data.author.data.name
seen.pages = []
for (let number = 1; ; number++) {
  const page = await api.get('articles', { params: { sort: 'title', page: { number, size: 2 } } })
  seen.pages.push(page.data.map(article => article.title).join(''))
  seen.total = page.meta.total
  if (!page.links.next) break
}
const updated = await api.update('articles', { type: 'articles', id: '1', title: 'z' })
seen.updated = updated.data.title
await api.delete('articles', '1')
try {
  await api.get('articles/1')
} catch (error) {
  seen.gone = error.errors?.[0]?.status
}
console.log(JSON.stringify(seen))
