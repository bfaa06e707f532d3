// A small OData V4 server as its makers ship it, over a model and data of ours.
const http = require('http')
const Datastore = require('nedb')
const ODataServer = require('simple-odata-server')
const Adapter = require('simple-odata-server-nedb')

const port = Number(process.env.PORT)
const model = {
  namespace: 'plm',
  entityTypes: {
    PartType: {
      _id: { type: 'Edm.String', key: true },
      number: { type: 'Edm.String' },
      name: { type: 'Edm.String' },
      state: { type: 'Edm.String' },
      version: { type: 'Edm.Int32' },
      mass: { type: 'Edm.Double' },
      released: { type: 'Edm.Boolean' },
      modified: { type: 'Edm.DateTimeOffset' }
    },
    DocumentType: { _id: { type: 'Edm.String', key: true }, title: { type: 'Edm.String' }, pages: { type: 'Edm.Int32' } }
  },
  entitySets: { parts: { entityType: 'plm.PartType' }, documents: { entityType: 'plm.DocumentType' } }
}
const parts = Array.from({ length: 25 }, (_, n) => ({
  _id: `part-${n}`, number: `P-${1000 + n}`, name: ['Bolt', 'Nut', 'Washer', 'Shaft', 'Housing'][n % 5] + ` ${n}`,
  state: n % 3 ? 'released' : 'in work', version: n % 7, mass: n * 0.25, released: n % 3 !== 0,
  modified: new Date(Date.UTC(2024, n % 12, 1 + n, 8, 30, n))
}))
const documents = Array.from({ length: 5 }, (_, n) => ({ _id: `doc-${n}`, title: `Drawing ${n}`, pages: n + 1 }))

const databases = { parts: new Datastore({ inMemoryOnly: true }), documents: new Datastore({ inMemoryOnly: true }) }
const server = ODataServer(`http://127.0.0.1:${port}`).model(model).adapter(Adapter((set, done) => done(null, databases[set])))
databases.parts.insert(parts, () => databases.documents.insert(documents, () => {
  http.createServer(server.handle.bind(server)).listen(port)
}))
