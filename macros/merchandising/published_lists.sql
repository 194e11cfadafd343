{#- Returns the lists that are published: as they were ranked, or as merchandising rules place their rows. -#}
{% macro published_lists() %}
    {{ return(ref('also_bought', 'placed_ranking' if also_bought.setting('merchandising_rules') else 'published_ranking')) }}
{% endmacro %}


{#- Returns how many ranks are made of each list to publish. Where rules take rows out, others move up. -#}
{% macro ranks_before_rules() %}
    {{- return(also_bought.setting('recommendations_per_list') * (2 if also_bought.setting('merchandising_rules') else 1)) -}}
{% endmacro %}
