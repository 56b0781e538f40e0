{% test unique_combination_of_columns(model, columns) %}
{{ check_unique_combination(model, columns) }}
{% endtest %}
