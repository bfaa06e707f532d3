// The CAP bookshop as its makers ship it, and its compiled OpenAPI document at a usual place.
const cds = require('@sap/cds')
cds.on('bootstrap', app => app.get('/openapi.json', (_, answer) => answer.sendFile(__dirname + '/openapi.json')))
module.exports = cds.server
