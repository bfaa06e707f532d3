// The same service behind WS-Security: the package checks digests by its own function, as its guide shows it.
const fs = require('fs')
const http = require('http')
const soap = require('soap')

const port = Number(process.env.PORT)
const wsdl = fs.readFileSync(process.env.WSDL, 'utf8')
const [user, password] = [process.env.PEER_USER, process.env.PEER_PASSWORD]
const items = ['Bolt', 'Nut', 'Washer', 'Shaft', 'Housing'].map((title, n) => ({
  id: n + 1, number: `P-${1001 + n}`, title, state: n % 2 ? 'in work' : 'released', mass: (n + 1) / 4,
  modified: new Date(Date.UTC(2024, n, 3, 8, 30)).toISOString()
}))

const operations = {
  listItems: args => ({ item: items.slice(0, args?.limit ?? items.length) }),
  getItem: args => ({ item: items.find(one => one.id === Number(args?.id)) ?? items[0] }),
  deleteItem: () => ({ left: items.length })
}

const text = part => part?.$value ?? part
const server = http.createServer((request, response) => response.writeHead(404).end())
server.listen(port, () => {
  const service = soap.listen(server, '/items', { Items: { ItemsPort: operations } }, wsdl)
  service.authenticate = security => {
    const token = security?.UsernameToken
    const right = soap.passwordDigest(text(token?.Nonce) ?? '', text(token?.Created) ?? '', password)
    return text(token?.Username) === user && text(token?.Password) === right
  }
})
