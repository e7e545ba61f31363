select cards.country, sum(spend.total) as total
from {{ ref('spend_per_card') }} as spend
join {{ ref('cards') }} as cards on cards.card = spend.card
group by cards.country
