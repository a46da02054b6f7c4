// A JSON:API server with two resources in memory: node server.cjs MODULES PORT
const [modules, port] = process.argv.slice(2)
const api = require(modules + '/jsonapi-server')

api.setConfig({
  protocol: 'http', hostname: '127.0.0.1', port: Number(port), base: 'rest', graphiql: false,
  meta: { about: 'a magazine' },
  swagger: {
    title: 'Magazine', version: '1', description: 'Texts and who wrote them',
    security: [{ Token: [] }],
    securityDefinitions: { Token: { type: 'apiKey', in: 'header', name: 'Authorization' } }
  }
})
api.authenticate((request, done) => {
  done(request.headers.authorization === 'Bearer secret' ? undefined : { status: '401', code: 'EAUTH', title: 'No token', detail: 'Send one.' })
})

const id = n => '3c0d1f4e-0b3a-4d0e-9d4c-0000000000' + String(n).padStart(2, '0')
const { Joi } = api

api.define({
  namespace: 'json:api', resource: 'people', description: 'Authors.', handlers: new api.MemoryHandler(), searchParams: {},
  attributes: {
    name: Joi.string().required().description('Full name.'), email: Joi.string().email(), age: Joi.number(),
    articles: Joi.belongsToMany({ resource: 'articles', as: 'author' })
  },
  examples: [{ id: id(1), type: 'people', name: 'Ann', email: 'ann@example.com', age: 40 }, { id: id(2), type: 'people', name: 'Bob' }]
})
api.define({
  namespace: 'json:api', resource: 'articles', description: 'Texts.', handlers: new api.MemoryHandler(), searchParams: {},
  attributes: {
    title: Joi.string().required().min(2), content: Joi.string().allow(null), created: Joi.date(), views: Joi.number().default(0), draft: Joi.boolean(),
    author: Joi.one('people'), related: Joi.many('articles')
  },
  examples: Array.from({ length: 7 }, (_, i) => ({
    id: id(11 + i), type: 'articles', title: 'Title ' + (i + 1), content: i % 2 ? null : 'Text', created: '2020-01-0' + (i + 1), views: i, draft: i === 6,
    author: { type: 'people', id: id(1) }, related: i ? [{ type: 'articles', id: id(10 + i) }] : []
  }))
})
api.start()
