{#- Those of past cuts: production has five times as many, by the same queries. -#}
{{ also_bought.broken_claims('candidates', condition=is_past()) }}
