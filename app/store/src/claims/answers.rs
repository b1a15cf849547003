//! The result of a claim, for people who reload the page or come back to it.

use super::{redeem::find_in, spend::scan_id};
use crate::{
    Act, Db, Result,
    check_ins::{Admission, told_in},
    logins::secret_hash,
};
use domain::{check_in::CHECK_OUT_GRACE, commitment::Subject, id::AccountId, person::PersonName};

/// The answers that the caller got for a claim that they have used, with the names of their own
/// family in full; none for a claim that is unknown, unused or somebody else's.
///
/// # Errors
/// Database errors.
pub async fn answers(db: &Db, act: &Act, secret: &str) -> Result<Vec<Admission>> {
    let Ok(account) = act.caller.account() else {
        return Ok(Vec::new());
    };
    let mut tx = db.read().await?;
    let hash = secret_hash(secret);
    let owner: Option<(Option<AccountId>,)> = tx
        .sql("SELECT account_id FROM claim WHERE secret_hash = $1 AND used_at IS NOT NULL")
        .bind(&hash)
        .optional()
        .await?;
    let (Some((Some(owner),)), Some(claim)) = (owner, find_in(&mut tx, &hash).await?) else {
        return Ok(Vec::new());
    };
    if owner != *account {
        return Ok(Vec::new());
    }
    let own: Vec<(String, String, PersonName)> = tx
        .sql(
            "SELECT 'booking' AS subject_kind, b.id, p.name FROM booking b
             JOIN occurrence o ON o.id = b.occurrence_id JOIN person p ON p.id = b.person_id
             WHERE b.account_id = $1 AND o.center_id = $2 AND o.ends_at > $3
             UNION ALL
             SELECT 'assignment' AS subject_kind, b.id, p.name FROM assignment b
             JOIN shift o ON o.id = b.shift_id JOIN person p ON p.id = b.person_id
             WHERE b.account_id = $1 AND o.center_id = $2 AND o.ends_at > $3",
        )
        .bind(account)
        .bind(&claim.center_id)
        .bind(claim.scanned_at.plus(-CHECK_OUT_GRACE))
        .all()
        .await?;
    let mut answers = Vec::new();
    for (kind, id, name) in own {
        let subject = Subject::parse(&kind, &id)?;
        if let Some(answer) = told_in(&mut tx, act, &scan_id(&claim, &subject)).await? {
            answers.push(Admission {
                person_name: Some(name.as_str().to_owned()),
                ..answer
            });
        }
    }
    answers.sort_by_key(|answer| answer.starts_at);
    Ok(answers)
}
