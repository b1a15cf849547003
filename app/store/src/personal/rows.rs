//! Which rows go with an account, and what of a row that stays.

use crate::{Act, Result, Tx};
use domain::{access::Caller, id::AccountId, volunteer::Standing};

/// Everybody of the account `$1`, and whoever was merged into one of them.
pub(super) const WHO: &str = "(SELECT w.id FROM person w WHERE w.account_id = $1
    OR w.merged_into IN (SELECT v.id FROM person v WHERE v.account_id = $1))";

/// The account's number, while it has one.
const NUMBER: &str = "(SELECT phone FROM account WHERE id = $1)";

/// Those who are, or would like to be, partners of somebody of the account.
const PARTNERS: &str =
    "(SELECT q.account_id FROM partner x JOIN person q ON q.id IN (x.person_id, x.other_id)
    WHERE x.person_id IN {WHO} OR x.other_id IN {WHO})";

/// What goes, or is blanked. `{…}` stands for the texts above.
const GOES: [&str; 18] = [
    "DELETE FROM outbox WHERE recipient = {NUMBER}",
    "DELETE FROM sign_in_code WHERE phone = {NUMBER}",
    "DELETE FROM known_browser WHERE subject = {NUMBER}",
    "DELETE FROM message WHERE account_id = $1",
    // What others were told of them by name.
    "DELETE FROM message WHERE kind IN ('partner_asks', 'partner_agreed')
     AND account_id IN {PARTNERS} AND EXISTS (SELECT 1 FROM person o WHERE o.id IN {WHO}
         AND message.dedupe_key LIKE '%' || o.id || '%')",
    "DELETE FROM message WHERE dedupe_key IN (SELECT 'friend_invites:' || i.id FROM invitation i
         JOIN assignment a ON a.id = i.assignment_id WHERE a.account_id = $1)",
    "DELETE FROM outbox WHERE dedupe_key IN (SELECT 'friend_invites:' || i.id FROM invitation i
         JOIN assignment a ON a.id = i.assignment_id WHERE a.account_id = $1)",
    "DELETE FROM partner WHERE person_id IN {WHO} OR other_id IN {WHO}",
    "DELETE FROM person_apart WHERE one_id IN {WHO} OR other_id IN {WHO}",
    "DELETE FROM watch WHERE account_id = $1",
    "DELETE FROM login WHERE account_id = $1",
    "DELETE FROM kiosk_visit WHERE account_id = $1 OR phone = {NUMBER}",
    "UPDATE claim SET account_id = NULL WHERE account_id = $1",
    "DELETE FROM booking_note WHERE booking_id IN (SELECT id FROM booking WHERE account_id = $1)",
    "UPDATE booking SET cancel_reason = '' WHERE account_id = $1 AND cancel_reason <> ''",
    "UPDATE assignment SET end_reason = '', override_reason = NULL WHERE account_id = $1
     AND (end_reason <> '' OR override_reason IS NOT NULL)",
    "UPDATE certificate_request SET purpose = '', reason = '' WHERE account_id = $1",
    "UPDATE volunteer SET skills = '[]', centers = '[]', languages = '[]', availability = NULL,
         revision = revision + 1 WHERE person_id IN {WHO}",
];

/// Removes what goes with the account, and ends what is still good for something.
pub(super) async fn clear(tx: &mut Tx, act: &Act, account: &AccountId) -> Result<()> {
    for text in GOES {
        let text = text
            .replace("{PARTNERS}", PARTNERS)
            .replace("{WHO}", WHO)
            .replace("{NUMBER}", NUMBER);
        tx.sql_built(text).bind(account).run().await?;
    }
    tx.sql("DELETE FROM idempotency WHERE caller = $1")
        .bind(Caller::resident(account.clone()).key())
        .run()
        .await?;
    tx.sql(
        "UPDATE token SET label = '', revoked_at = COALESCE(revoked_at, $2) WHERE account_id = $1",
    )
    .bind(account)
    .bind(act.now)
    .run()
    .await?;
    tx.sql_built(format!(
        "UPDATE card SET revoked_at = $2, revoked_by = $3
         WHERE person_id IN {WHO} AND revoked_at IS NULL"
    ))
    .bind(account)
    .bind(act.now)
    .bind(act.caller.key())
    .run()
    .await?;
    tx.sql_built(format!(
        "UPDATE volunteer SET standing = $2, left_at = COALESCE(left_at, $3)
         WHERE person_id IN {WHO}"
    ))
    .bind(account)
    .bind(Standing::Left)
    .bind(act.now)
    .run()
    .await
    .map(drop)
}
