with source as (

    select * from {{ source('online_retail', 'online_retail') }}

),

different_lines as (

    select distinct
        "InvoiceNo",
        "StockCode",
        "Description",
        "Quantity",
        "InvoiceDate",
        "UnitPrice",
        "CustomerID",
        "Country"
    from source

),

invoices_with_code as (

    select count(*) as line_count
    from source
    group by "InvoiceNo", "StockCode"

),

codes_without_case as (

    select count(distinct "StockCode") as spellings
    from source
    group by upper("StockCode")

),

codes as (

    select count(distinct "Description") as descriptions
    from source
    group by "StockCode"

),

descriptions as (

    select count(distinct "StockCode") as codes
    from source
    where "Description" is not null
    group by "Description"

),

invoices as (

    select count(distinct "InvoiceDate") as dates
    from source
    group by "InvoiceNo"

),

customers as (

    select count(distinct "Country") as countries
    from source
    where "CustomerID" is not null
    group by "CustomerID"

)

{{ differing_counts('different_lines', {
    'lines without surplus copies': [541909 - 5268, 'count(*)']
}) }}
union all
{{ differing_counts('invoices_with_code', {
    'codes on several lines of an invoice': [9694, 'count(*) filter (where line_count > 1)']
}) }}
union all
{{ differing_counts('codes_without_case', {
    'codes': [3958, 'count(*)'],
    'codes written in two cases': [112, 'count(*) filter (where spellings > 1)']
}) }}
union all
{{ differing_counts('codes', {
    'codes with several descriptions': [650, 'count(*) filter (where descriptions > 1)']
}) }}
union all
{{ differing_counts('descriptions', {
    'descriptions of several codes': [172, 'count(*) filter (where codes > 1)']
}) }}
union all
{{ differing_counts('invoices', {
    'invoices with several dates': [43, 'count(*) filter (where dates > 1)']
}) }}
union all
{{ differing_counts('customers', {
    'customers of several countries': [8, 'count(*) filter (where countries > 1)']
}) }}
