{% macro reasons_off_sale(items, judged_at, is_production) %}
    {{ return(adapter.dispatch('reasons_off_sale', 'also_bought')(items, judged_at, is_production)) }}
{% endmacro %}


{% macro default__reasons_off_sale(items, judged_at, is_production) %}
    {{ return({
        'not_launched': items ~ '.launched_on > ' ~ judged_at,
        'discontinued': items ~ '.discontinued_on <= ' ~ judged_at ~ ' and ('
            ~ items ~ '.launched_on is null or ' ~ items ~ '.discontinued_on >= ' ~ items ~ '.launched_on)',
        'out_of_stock': is_production ~ ' and not ' ~ items ~ '.is_in_stock',
        'blocked': is_production ~ ' and ' ~ items ~ '.is_blocked',
    }) }}
{% endmacro %}
