// Preloaded into every Node.js server of the tests (node --require): whatever it listens on, it listens on 127.0.0.1 only.
const { Server } = require('net')
const listen = Server.prototype.listen

Server.prototype.listen = function (first, ...rest) {
  if (typeof first === 'object' && first !== null && 'port' in first) return listen.call(this, { ...first, host: '127.0.0.1' }, ...rest)
  if (typeof first === 'object' && first !== null || typeof first === 'string' && isNaN(first)) return listen.call(this, first, ...rest)
  const done = rest.filter(each => typeof each === 'function')
  return listen.call(this, { port: Number(first || 0), host: '127.0.0.1' }, ...done)
}
