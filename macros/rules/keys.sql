{%- macro deal_key(deal_code) -%}
md5({{ deal_code }})
{%- endmacro -%}

{%- macro originator_key(originator_code) -%}
md5({{ originator_code }})
{%- endmacro -%}
