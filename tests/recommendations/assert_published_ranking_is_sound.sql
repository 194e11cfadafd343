{{ also_bought.broken_claims('published_ranking') }}
