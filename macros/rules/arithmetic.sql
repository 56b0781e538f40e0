{#- A fraction from two sums, as double. Null where either is missing or the whole is not above 0. -#}
{%- macro ratio(part, whole) -%}
case when {{ whole }} > 0 then cast({{ part }} as double) / cast({{ whole }} as double) end
{%- endmacro -%}

{#- A sum of money, null as soon as one part is missing: partial input never becomes a number. -#}
{%- macro complete_sum(column) -%}
cast(case when count({{ column }}) = count(*) then sum({{ column }}) end as decimal(18, 2))
{%- endmacro -%}

{#- The same over the rows where a flag holds; 0 where it holds for none. -#}
{%- macro complete_sum_where(column, flag) -%}
cast(
    case
        when count({{ column }}) filter (where {{ flag }}) = count(*) filter (where {{ flag }})
            then coalesce(sum({{ column }}) filter (where {{ flag }}), 0)
    end
    as decimal(18, 2)
)
{%- endmacro -%}

{#-
  Complete months from one day to a later one. The last day of a month counts as the anniversary of
  any later day of the month: 31 December to 28 February is two months.
-#}
{%- macro complete_months(first_day, last_day) -%}
(
    (year({{ last_day }}) - year({{ first_day }})) * 12
    + month({{ last_day }}) - month({{ first_day }})
    - case
        when day({{ last_day }}) >= day({{ first_day }}) then 0
        when {{ last_day }} = last_day({{ last_day }}) then 0
        else 1
    end
)
{%- endmacro -%}

{#- The same day some months later, by a calendar whose month ends stay month ends. -#}
{%- macro calendar_step(day, months) -%}
case
            when {{ day }} = last_day({{ day }}) then last_day({{ add_months(day, months) }})
            else {{ add_months(day, months) }}
        end
{%- endmacro -%}

{#- Age month of a day: month k runs from the day after anniversary k - 1 to anniversary k. -#}
{%- macro age_month(cutoff_date, day) -%}
({{ complete_months(cutoff_date, add_days(day, -1)) }} + 1)
{%- endmacro -%}

{#- An amount's share for the first `days` of `total_days`, in whole cents, half away from zero. -#}
{%- macro running_share_yuan(amount, days, total_days) -%}
cast(
    sign({{ amount }})
    * cast(
        {{ whole_quotient(
            '2 * abs(cast(' ~ amount ~ ' * 100 as bigint)) * ' ~ days | string ~ ' + ' ~ total_days,
            '2 * ' ~ total_days
        ) }} as decimal(20, 0)
    )
    * cast(0.01 as decimal(3, 2))
    as decimal(18, 2)
)
{%- endmacro -%}

{#-
  A collateral's value that falls to one of the loans sharing it, split by balance. A double: a split
  in whole cents would move a loan-to-value ratio.
-#}
{%- macro allocated_value(value) -%}
case
    when shared.sharing_loan_count is null then cast({{ value }} as double)
    when shared.sharing_balance_yuan > 0
        then
            cast({{ value }} as double) * cast(shared.balance_yuan as double)
            / cast(shared.sharing_balance_yuan as double)
end
{%- endmacro -%}

{#-
  A double as a whole number of parts, 2 to the power of 60 to the yuan, which is exact from a cent on:
  their sum is the same in any order. On DuckDB a sum of decimals of fifteen places costs three times
  as much, most of it to make a double of it again. A value too large for it is null: it must not end
  the build.
-#}
{%- macro in_parts(column) -%}
try_cast({{ column }} * {{ parts_per_yuan() }} as decimal(35, 0))
{%- endmacro -%}

{%- macro parts_per_yuan() -%}
cast(1152921504606846976 as double)
{%- endmacro -%}

{#- A sum of doubles that is the same in any order, null as soon as one is missing. -#}
{%- macro complete_value(column) -%}
case
            when count({{ in_parts(column) }}) = count(*)
                then cast(sum({{ in_parts(column) }}) as double) / {{ parts_per_yuan() }}
        end
{%- endmacro -%}

{#-
  A loan's ratio times its balance, for the pool's weighted average. A decimal, so that the sum over
  loans is the same in any order; fifteen places, so that a pool of a few yuan keeps its digits. A
  product too large for it, of a value next to nothing, is null: it must not end the build.
-#}
{%- macro weighted_ltv(amount, value) -%}
try_cast(
    cast({{ amount }} as double) / {{ value }} * cast(loans.balance_yuan as double)
    as decimal(34, 15)
)
{%- endmacro -%}

{#- Balance of a five-class category; null for the whole pool when one loan's class is missing. -#}
{%- macro class_sum(five_class) -%}
cast(
    case
        when count(five_class) = count(*) and count(balance_yuan) = count(*)
            then sum(case when five_class = '{{ five_class }}' then balance_yuan else 0 end)
    end
    as decimal(18, 2)
)
{%- endmacro -%}

{#- True for an overdue term that a document states in days instead of months. -#}
{%- macro is_in_days(unit) -%}
lower({{ unit }}) in ('天', '日', 'day', 'days')
{%- endmacro -%}
