{{ also_bought.broken_claims('voting_neighbours') }}
