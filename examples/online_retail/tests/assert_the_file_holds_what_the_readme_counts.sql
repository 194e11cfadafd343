{{ differing_counts(source('online_retail', 'online_retail'), {
    'lines': [541909, 'count(*)'],
    'invoices': [25900, 'count(distinct "InvoiceNo")'],
    'stock codes as written': [4070, 'count(distinct "StockCode")'],
    'customers': [4372, 'count(distinct "CustomerID")'],
    'turnover': [9747747.934, 'sum(cast("Quantity" as bigint) * cast("UnitPrice" as decimal(18, 4)))'],
    'no customer': [135080, 'count(*) filter (where "CustomerID" is null)'],
    'lines with a customer': [406829, 'count("CustomerID")'],
    'codes not in capitals': [1977, 'count(*) filter (where "StockCode" <> upper("StockCode"))'],
    'cancellations': [9288, 'count(*) filter (where "InvoiceNo" like \'C%\')'],
    'bad debts': [3, 'count(*) filter (where "InvoiceNo" like \'A%\')'],
    'quantity below zero': [10624, 'count(*) filter (where cast("Quantity" as bigint) < 0)'],
    'quantity below zero, not on a cancellation': [
        1336,
        'count(*) filter (where cast("Quantity" as bigint) < 0 and "InvoiceNo" not like \'C%\')'
    ],
    'price zero': [2515, 'count(*) filter (where cast("UnitPrice" as decimal(18, 4)) = 0)'],
    'price below zero': [2, 'count(*) filter (where cast("UnitPrice" as decimal(18, 4)) < 0)'],
    'no description': [1454, 'count(*) filter (where "Description" is null)'],
    'blanks around the description': [
        113452, 'count(*) filter (where "Description" <> trim("Description"))'
    ],
}) }}
