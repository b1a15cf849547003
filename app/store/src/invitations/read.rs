//! Reading invitations: those for somebody, and those that somebody may make or has made.

use super::end::{Open, open_of_shift};
use crate::{Db, Result, Tx, shifts::ShiftView};
use domain::{
    id::{AccountId, AssignmentId, InvitationId, PersonId, ShiftId},
    person::Phone,
    time::{Span, Timestamp},
};

/// The open invitations into a shift that are for this person, the holder of the number's account.
pub(crate) async fn for_person(
    tx: &mut Tx,
    shift: &ShiftView,
    person: &PersonId,
) -> Result<Vec<Open>> {
    if shift.kept == 0 {
        return Ok(Vec::new());
    }
    let held: Option<(String,)> = tx
        .sql(
            "SELECT a.phone FROM person p JOIN account a ON a.id = p.account_id
             WHERE p.id = $1 AND p.relation = 'self'",
        )
        .bind(person)
        .optional()
        .await?;
    let Some((phone,)) = held else {
        return Ok(Vec::new());
    };
    let mut open = open_of_shift(tx, &shift.id).await?;
    open.retain(|open| open.phone == phone);
    Ok(open)
}

/// How many of the places that a shift keeps are not in this person's way: those for them, and those
/// whose time is over. For looking only: a write has ended the latter before it asks.
pub(crate) async fn not_in_the_way(
    tx: &mut Tx,
    shift: &ShiftView,
    person: &PersonId,
    now: Timestamp,
) -> Result<u32> {
    if shift.kept == 0 {
        return Ok(0);
    }
    let theirs = for_person(tx, shift, person).await?;
    let all = open_of_shift(tx, &shift.id).await?;
    let is_theirs = |of: &Open| theirs.iter().any(|open| open.id == of.id);
    let free = all.iter().filter(|of| of.until <= now || is_theirs(of));
    Ok(u32::try_from(free.count()).unwrap_or(u32::MAX))
}

/// An invitation as the friend sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    /// Its id.
    pub id: InvitationId,
    /// Into which shift.
    pub shift: ShiftId,
    /// What that is called.
    pub title: String,
    /// The center's name.
    pub center_name: String,
    /// When the shift is.
    pub span: Span,
    /// Who invites, who has said yes to being named.
    pub inviter: String,
    /// Until when the place is kept.
    pub until: Timestamp,
}

#[derive(sqlx::FromRow)]
struct InvitedRow {
    id: InvitationId,
    shift_id: ShiftId,
    title: String,
    center_name: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    inviter: String,
    until: Timestamp,
}

/// The invitations that an account's holder can take now, those that run out first at the top.
///
/// # Errors
/// Database errors.
pub async fn to_account(db: &Db, account: &AccountId, now: Timestamp) -> Result<Vec<Invited>> {
    let mut tx = db.read().await?;
    let rows: Vec<InvitedRow> = tx
        .sql(
            "SELECT i.id, i.shift_id, s.title, c.name AS center_name, s.starts_at, s.ends_at,
                p.name AS inviter, i.until
             FROM account f JOIN invitation i ON i.phone = f.phone AND i.ended IS NULL
             JOIN assignment a ON a.id = i.assignment_id JOIN person p ON p.id = a.person_id
             JOIN shift s ON s.id = i.shift_id JOIN center c ON c.id = s.center_id
             WHERE f.id = $1 AND i.until > $2 AND s.status = 'published'
             AND NOT EXISTS (SELECT 1 FROM assignment m JOIN person h ON h.id = m.person_id
                 WHERE m.shift_id = i.shift_id AND m.account_id = f.id AND h.relation = 'self'
                 AND m.state IN ('waitlisted', 'requested', 'confirmed', 'checked_in',
                     'checked_out', 'validated'))
             ORDER BY i.until, i.id LIMIT 20",
        )
        .bind(account)
        .bind(now)
        .all()
        .await?;
    let read = rows.into_iter().map(|row| {
        Ok(Invited {
            id: row.id,
            shift: row.shift_id,
            title: row.title,
            center_name: row.center_name,
            span: Span::new(row.starts_at, row.ends_at)?,
            inviter: row.inviter,
            until: row.until,
        })
    });
    read.collect()
}

/// A place with which somebody can bring a friend, or has invited one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bringing {
    /// Their own place.
    pub assignment: AssignmentId,
    /// The place that is kept, if one is.
    pub kept: Option<Kept>,
}

/// A place that is kept for a friend, as the inviter sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The invitation.
    pub id: InvitationId,
    /// For which number.
    pub phone: Phone,
    /// Until when.
    pub until: Timestamp,
}

#[derive(sqlx::FromRow)]
struct BringingRow {
    assignment_id: AssignmentId,
    id: Option<InvitationId>,
    phone: Option<Phone>,
    until: Option<Timestamp>,
}

/// Of an account's places to come those with which a friend is invited, or could be.
///
/// # Errors
/// Database errors.
pub async fn of_inviter(db: &Db, account: &AccountId, now: Timestamp) -> Result<Vec<Bringing>> {
    let mut tx = db.read().await?;
    let rows: Vec<BringingRow> = tx
        .sql(
            "SELECT a.id AS assignment_id, i.id, i.phone, i.until
             FROM assignment a JOIN shift s ON s.id = a.shift_id
             LEFT JOIN invitation i ON i.assignment_id = a.id AND i.ended IS NULL AND i.until > $2
             WHERE a.account_id = $1 AND a.role = 'volunteer'
             AND a.state IN ('confirmed', 'checked_in') AND s.starts_at > $2
             AND (i.id IS NOT NULL OR (s.status = 'published' AND s.joining = 'sign_up'
                 AND s.waiting = 0 AND s.volunteers + s.kept < s.volunteers_max))
             ORDER BY s.starts_at, a.id",
        )
        .bind(account)
        .bind(now)
        .all()
        .await?;
    let read = rows.into_iter().map(|row| Bringing {
        assignment: row.assignment_id,
        kept: match (row.id, row.phone, row.until) {
            (Some(id), Some(phone), Some(until)) => Some(Kept { id, phone, until }),
            _ => None,
        },
    });
    Ok(read.collect())
}
