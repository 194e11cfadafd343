{{ also_bought.broken_claims('blends', relation=input_model(setting('blends'))) }}
