//! What the decision needs of two entries.

use crate::{Result, Tx, commitments::held, reach::phone_of, states::live};
use domain::{
    Refusal,
    commitment::{Event, Subject},
    id::{AccountId, CenterId, PersonId},
    merging::{Half, Stake},
    person::{BirthYear, PersonName, Phone, Relation},
    place::CommunityKey,
    time::{Span, Timestamp},
    volunteer::Standing,
};
use std::collections::HashSet;

/// Somebody who is known at a center, whether there still or merged.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Row {
    pub(super) id: PersonId,
    pub(super) account_id: AccountId,
    pub(super) relation: Relation,
    pub(super) name: PersonName,
    pub(super) birth_year: BirthYear,
    pub(super) community: Option<CommunityKey>,
    pub(super) phone: Option<Phone>,
    pub(super) merged_into: Option<PersonId>,
}

impl Row {
    /// Whether they sign in with a number of their own.
    fn signs_in(&self) -> bool {
        self.relation == Relation::Myself && self.phone.is_some()
    }
}

/// Columns of [`Row`] of the person `p` and the account `a`.
pub(super) const ROW: &str = concat!(
    "SELECT p.id, p.account_id, p.relation, p.name, p.birth_year, p.community, p.merged_into, ",
    phone_of!("a")
);

/// Somebody known at the center.
///
/// # Errors
/// [`Refusal::NotFound`] for whoever is not, or was taken out of their family.
pub(super) async fn known_in(tx: &mut Tx, center: &CenterId, person: &PersonId) -> Result<Row> {
    let found: Option<Row> = tx
        .sql_built(format!(
            "{ROW} FROM known_at k JOIN person p ON p.id = k.person_id
             JOIN account a ON a.id = p.account_id
             WHERE k.center_id = $1 AND k.person_id = $2 AND p.status IN ('active', 'merged')"
        ))
        .bind(center)
        .bind(person)
        .optional()
        .await?;
    Ok(found.ok_or(Refusal::NotFound)?)
}

#[derive(sqlx::FromRow)]
struct StakeRow {
    kind: String,
    id: String,
    event_id: String,
    title: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    is_live: bool,
}

/// Whatever they have, had or gave back a place in.
const STAKES: &str = concat!(
    "SELECT 'booking' AS kind, b.id, b.occurrence_id AS event_id, a.title, o.starts_at, o.ends_at,
        b.state IN ",
    live!(),
    " AS is_live
     FROM booking b JOIN occurrence o ON o.id = b.occurrence_id
     JOIN activity a ON a.id = o.activity_id WHERE b.person_id = $1
     UNION ALL
     SELECT 'assignment', s.id, s.shift_id, t.title, t.starts_at, t.ends_at,
        s.state IN ('waitlisted', 'requested', 'confirmed', 'checked_in', 'checked_out', 'validated')
     FROM assignment s JOIN shift t ON t.id = s.shift_id WHERE s.person_id = $1
     ORDER BY 5, 2"
);

/// What the decision needs of somebody.
pub(super) async fn half_in(tx: &mut Tx, who: &Row, now: Timestamp) -> Result<Half> {
    let rows: Vec<StakeRow> = tx.sql(STAKES).bind(&who.id).all().await?;
    let coming = Span::kept(now, Timestamp(i64::MAX));
    let mut held = held(tx, std::slice::from_ref(&who.id), coming).await?;
    let expected = held.remove(&who.id).unwrap_or_default().into_iter();
    let expected: HashSet<Subject> = expected.map(|of| of.subject).collect();
    let mut stakes = Vec::with_capacity(rows.len());
    for row in rows {
        let subject = Subject::parse(&row.kind, &row.id)?;
        let event = match &subject {
            Subject::Booking(_) => Event::Occurrence(row.event_id.parse()?),
            Subject::Assignment(_) => Event::Shift(row.event_id.parse()?),
        };
        stakes.push(Stake {
            is_expected: expected.contains(&subject),
            subject,
            event,
            title: row.title,
            span: Span::new(row.starts_at, row.ends_at)?,
            is_live: row.is_live,
        });
    }
    let volunteer: Option<(Standing,)> = tx
        .sql("SELECT standing FROM volunteer WHERE person_id = $1")
        .bind(&who.id)
        .optional()
        .await?;
    Ok(Half {
        signs_in: who.signs_in(),
        volunteer: volunteer.map(|(standing,)| standing),
        stakes,
    })
}
