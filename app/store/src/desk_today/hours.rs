//! Hours that wait for somebody's word, as far as the caller's word counts.

use super::{Asking, Decision, decisions::Counted};
use crate::{Result, Tx, hours::count_late_in};
use domain::{
    access::{Action, Role},
    desk_today::{HOURS_BACK, Matter},
    hours::{Approval, check_approver},
};

/// Approvals and objections of the last year, and scans that arrived late.
pub(super) async fn waiting(tx: &mut Tx, asking: &Asking<'_>) -> Result<Vec<Decision>> {
    let Ok(own) = asking.act.caller.staff() else {
        return Ok(Vec::new());
    };
    if !asking.may(Matter::Approvals.takes()) {
        return Ok(Vec::new());
    }
    let grants = asking.act.caller.grants.iter();
    let roles: Vec<Role> = grants
        .filter(|grant| grant.scope.covers(&asking.place))
        .filter(|grant| grant.role.includes(Action::BookForOthers))
        .map(|grant| grant.role)
        .collect();
    let is_higher = check_approver(Approval::Higher, None, own, &roles).is_ok();
    let now = asking.now();
    let rows: Vec<Counted> = tx
        .sql(
            "SELECT 'approvals' AS matter, COUNT(*) AS many, MIN(h.at) AS at FROM hour_entry h
                WHERE h.center_id = $1 AND h.served_at > $2
                AND (h.approval = 'second' OR (h.approval = 'higher' AND $3))
                AND COALESCE(h.author, '') <> $4
                AND NOT EXISTS (SELECT 1 FROM hour_word d WHERE d.entry_id = h.id
                    AND d.word IN ('approved', 'refused'))
             UNION ALL
             SELECT 'objections', COUNT(*), MIN(h.at) FROM hour_entry h
                WHERE h.center_id = $1 AND h.served_at > $2
                AND (SELECT d.word FROM hour_word d WHERE d.entry_id = h.id
                    AND d.word IN ('objected', 'answered') ORDER BY d.nth DESC LIMIT 1) = 'objected'",
        )
        .bind(asking.center)
        .bind(now.plus(-HOURS_BACK))
        .bind(is_higher)
        .bind(own.as_str())
        .all()
        .await?;
    let counted = rows.into_iter().filter_map(Counted::read);
    let mut found: Vec<Decision> = counted.collect::<Result<_>>()?;
    let late = count_late_in(tx, asking.center, now).await?;
    found.extend((late > 0).then_some(Decision {
        matter: Matter::Late,
        many: late,
        at: None,
        about: None,
    }));
    Ok(found)
}
