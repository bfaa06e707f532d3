// The CAP bookshop as its makers ship it, and its compiled OpenAPI document at a usual place; where V2 is set, OData V2 too.
const cds = require('@sap/cds')
cds.on('bootstrap', app => app.get('/openapi.json', (_, answer) => answer.sendFile(__dirname + '/openapi.json')))
if (process.env.V2) {
  const cov2ap = require('@cap-js-community/odata-v2-adapter')
  cds.on('bootstrap', app => app.use(cov2ap()))
}
module.exports = cds.server
