// A SOAP service of the Node.js package soap, over the WSDL beside it and items of ours.
const fs = require('fs')
const http = require('http')
const soap = require('soap')

const port = Number(process.env.PORT)
const wsdl = fs.readFileSync(process.env.WSDL, 'utf8')
let items = ['Bolt', 'Nut', 'Washer', 'Shaft', 'Housing'].map((title, n) => ({
  id: n + 1, number: `P-${1001 + n}`, title, state: n % 2 ? 'in work' : 'released', mass: (n + 1) / 4,
  modified: new Date(Date.UTC(2024, n, 3, 8, 30))
}))

// As the guide of the package shows it: a thrown object with the member Fault becomes a fault with these parts.
const missing = id => ({ Fault: { Code: { Value: 'soap:Sender' }, Reason: { Text: `there is no item ${id}` } } })

const operations = {
  listItems: args => ({ item: items.slice(0, args?.limit ?? items.length) }),
  getItem: args => {
    const id = args?.id
    const item = items.find(one => one.id === Number(id))
    if (!item) throw missing(id)
    return { item }
  },
  deleteItem: ({ id }) => {
    items = items.filter(one => one.id !== Number(id))
    return { left: items.length }
  }
}

const server = http.createServer((request, response) => response.writeHead(404).end())
server.listen(port, () => soap.listen(server, '/items', { Items: { ItemsPort: operations } }, wsdl))
