-- Grain: one row per delivered row of raw_collaterals.
with

collaterals as (
    select * from typed.collaterals
),

deals as (
    select * from latest.deals
),

loans as (
    select * from latest.loan_pools
),

current_rows as (
    select * from latest.collaterals
),

per_collateral as (
    select * from together.collaterals
),

final as (
    select
        collaterals.row_id,
        collaterals.deal_code,
        collaterals.collateral_no,
        collaterals.snapshot_date,
        case when deals.deal_code is null then collaterals.deal_code end as orphan,
        case
            when loans.loan_no is null and cur.row_id is not null then collaterals.loan_no
        end as loan_not_in_tape,
        case
            when
                collaterals.collateral_type is null
                or collaterals.collateral_type not in (
                    select ali.alias from reference.collateral_types as ali
                )
                then coalesce(collaterals.collateral_type, 'blank')
        end as unknown_type,
        case
            when cur.row_id is not null
                then
                    nullif(
                        concat_ws(
                            ',',
                            case when per.latest_value_differs then 'latest_value' end,
                            case when per.initial_value_differs then 'initial_value' end,
                            case when per.prior_claims_differs then 'prior_claims' end,
                            case when per.collateral_type_differs then 'collateral_type' end
                        ),
                        ''
                    )
        end as differing,
        cast(collaterals.net_value as double) as net_value,
        cast(collaterals.latest_value / nullif(per.principal_sum, 0) as double)
            as latest_to_principal,
        cast(collaterals.initial_value / nullif(per.contract_sum, 0) as double)
            as initial_to_contract
    from collaterals
    left outer join deals
        on collaterals.deal_code = deals.deal_code
    left outer join current_rows as cur
        on collaterals.row_id = cur.row_id
    left outer join loans
        on
            collaterals.deal_code = loans.deal_code
            and collaterals.snapshot_date = loans.snapshot_date
            and collaterals.loan_no = loans.loan_no
    left outer join per_collateral as per
        on
            collaterals.deal_code = per.deal_code
            and collaterals.snapshot_date = per.snapshot_date
            and collaterals.collateral_no = per.collateral_no
)

select * from final
