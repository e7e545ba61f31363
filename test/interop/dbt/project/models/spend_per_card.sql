select card, sum(amount) as total from {{ source('bank', 'txn') }} group by card
