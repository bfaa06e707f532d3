// SAP's own model API_BILL_OF_MATERIAL_SRV served by CAP, as OData V4 and, where V2 is set, as V2 too; in memory, with data of ours.
const cds = require('@sap/cds')
if (process.env.V2) {
  const cov2ap = require('@cap-js-community/odata-v2-adapter')
  cds.on('bootstrap', app => app.use(cov2ap()))
}

const space = 'API_BILL_OF_MATERIAL_SRV'
const pad = (number, digits) => String(number).padStart(digits, '0')
const header = n => ({
  BillOfMaterial: pad(n, 8), BillOfMaterialCategory: 'M', BillOfMaterialVariant: '01', BillOfMaterialVersion: '',
  // keys of seven parts: some empty, some with the signs that URLs and literals trip over
  Material: ['GEAR-100', "O'RING 5:2", 'A/B+C', 'ÖLWANNE #7', 'PUMP 50%'][n % 5], Plant: n % 3 ? '1010' : ''
})
const headers = Array.from({ length: 12 }, (_, n) => ({
  ...header(n), EngineeringChangeDocument: n % 4 ? '' : `5000${pad(n, 4)}`, BillOfMaterialHeaderUUID: uuid(1, n),
  BillOfMaterialVariantUsage: n % 2 ? '1' : '3', IsMultipleBOMAlt: n % 2 === 0, BOMHeaderText: n % 3 ? `Assembly ${n}` : null,
  HeaderValidityStartDate: `20${pad(10 + n, 2)}-02-2${n % 9}`, HeaderValidityEndDate: '9999-12-31',
  BOMHeaderQuantityInBaseUnit: [1, 1.5, 100, 0.001, 9999999999.999][n % 5], BOMHeaderBaseUnit: 'PC',
  LastChangeDateTime: `2024-0${1 + n % 9}-1${n % 9}T08:3${n % 6}:0${n % 9}.12${n % 9}Z`, IsMarkedForDeletion: false
}))
const items = headers.flatMap((one, n) => Array.from({ length: 1 + n % 4 }, (_, i) => ({
  ...header(n), HeaderChangeDocument: one.EngineeringChangeDocument, BillOfMaterialItemNodeNumber: pad(i + 1, 8),
  BillOfMaterialItemUUID: uuid(2, 10 * n + i), BillOfMaterialComponent: `C-${n}${i}`, BillOfMaterialItemNumber: pad(10 * (i + 1), 4),
  BillOfMaterialItemCategory: 'L', to_BOMItemCategory_BillOfMaterialItemCategory: 'L', BillOfMaterialItemQuantity: (i + 1) * 2.5,
  BillOfMaterialItemUnit: 'PC', ValidityStartDate: `2020-0${1 + i}-01`, FixedQuantity: i % 2 === 0,
  ComponentScrapInPercent: i ? i * 1.25 : null
})))

function uuid (kind, n) {
  return `0000000${kind}-0000-4000-8000-${pad(n, 12)}`
}

cds.on('served', async () => {
  const rows = {
    MaterialBOM: headers, MaterialBOMItem: items,
    A_BillOfMaterialUsage: [{ BillOfMaterialVariantUsage: '1' }, { BillOfMaterialVariantUsage: '3' }],
    A_BillOfMaterialUsageText: [
      { Language: 'EN', BillOfMaterialVariantUsage: '1', BillOfMaterialVariantUsageDesc: 'Production' },
      { Language: 'DE', BillOfMaterialVariantUsage: '1', BillOfMaterialVariantUsageDesc: 'Fertigung' }
    ],
    A_BOMItemCategory: [{ BillOfMaterialItemCategory: 'L' }]
  }
  for (const [name, entries] of Object.entries(rows)) {
    const known = Object.keys(cds.model.definitions[`${space}.${name}`].elements)
    await INSERT.into(`${space}.${name}`).entries(entries.map(row => Object.fromEntries(Object.entries(row).filter(([key]) => known.includes(key)))))
  }
})
module.exports = cds.server
