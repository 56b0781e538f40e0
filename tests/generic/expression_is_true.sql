{% test expression_is_true(model, expression) %}
{{ check_expression(model, expression) }}
{% endtest %}
