//! Reading assignments: one, those of an account, those of a shift.

use crate::{
    Act, Db, Error, Result, Tx,
    bookings::small,
    centers,
    page::{Cursor, Page, Part},
};
use domain::{
    Refusal,
    access::{Action, Caller, Identity},
    activity::{Channel, Status},
    id::{AccountId, AssignmentId, CenterId, PersonId, ShiftId, StaffId},
    shift::{AssignmentState, Role},
    time::{Span, Timestamp},
};
use serde::{Deserialize, Serialize};

/// An assignment with what a ticket, a list and an answer show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignmentView {
    /// Its id.
    pub id: AssignmentId,
    /// In which shift.
    pub shift_id: ShiftId,
    /// At which center.
    pub center_id: CenterId,
    /// That center's name.
    pub center_name: String,
    /// Its telephone number, as people write it; may be empty.
    pub center_phone: String,
    /// Title of the shift.
    pub title: String,
    /// Where it is; may be empty.
    pub place: String,
    /// When it is.
    pub span: Span,
    /// Whether the shift still stands.
    pub shift_status: Status,
    /// Lead or volunteer.
    pub role: Role,
    /// Whose place, of a volunteer.
    pub person_id: Option<PersonId>,
    /// The account that they belong to.
    pub account_id: Option<AccountId>,
    /// Whose place, of a lead.
    pub staff_id: Option<StaffId>,
    /// Their name.
    pub name: String,
    /// The position, if the shift has any.
    pub position: Option<String>,
    /// Where it stands.
    pub state: AssignmentState,
    /// The place in line from 1, while waitlisted.
    pub in_line: Option<u32>,
    /// The way it came in.
    pub channel: Channel,
    /// The code beside the QR.
    pub short_code: String,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// When they came.
    #[serde(default)]
    pub checked_in_at: Option<Timestamp>,
    /// When they went.
    #[serde(default)]
    pub checked_out_at: Option<Timestamp>,
    /// Why it ended, in the staff's words; may be empty.
    pub end_reason: String,
    /// Rises with every change that a calendar must learn of (C-160).
    pub sequence: i64,
}

impl AssignmentView {
    /// Whether the volunteer can still give it back by themselves.
    pub fn may_be_given_back(&self, now: Timestamp) -> bool {
        self.state.is_givable() && now < self.span.start()
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: AssignmentId,
    shift_id: ShiftId,
    center_id: CenterId,
    center_name: String,
    center_phone: String,
    title: String,
    place: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    shift_status: Status,
    role: Role,
    person_id: Option<PersonId>,
    account_id: Option<AccountId>,
    staff_id: Option<StaffId>,
    name: String,
    position: Option<String>,
    state: AssignmentState,
    in_line: Option<i64>,
    channel: Channel,
    short_code: String,
    asked_at: Timestamp,
    checked_in_at: Option<Timestamp>,
    checked_out_at: Option<Timestamp>,
    end_reason: String,
    sequence: i64,
}

impl Row {
    pub(super) fn read(self) -> Result<AssignmentView> {
        Ok(AssignmentView {
            span: Span::new(self.starts_at, self.ends_at)?,
            in_line: self.in_line.map(small).transpose()?,
            id: self.id,
            shift_id: self.shift_id,
            center_id: self.center_id,
            center_name: self.center_name,
            center_phone: self.center_phone,
            title: self.title,
            place: self.place,
            shift_status: self.shift_status,
            role: self.role,
            person_id: self.person_id,
            account_id: self.account_id,
            staff_id: self.staff_id,
            name: self.name,
            position: self.position,
            state: self.state,
            channel: self.channel,
            short_code: self.short_code,
            asked_at: self.asked_at,
            checked_in_at: self.checked_in_at,
            checked_out_at: self.checked_out_at,
            end_reason: self.end_reason,
            sequence: self.sequence,
        })
    }
}

pub(super) const ASSIGNMENT: &str = "SELECT a.id, a.shift_id, s.center_id, c.name AS center_name,
        c.phone AS center_phone, s.title, s.place, s.starts_at, s.ends_at,
        s.status AS shift_status, a.role, a.person_id, a.account_id, a.staff_id,
        COALESCE(p.name, t.name) AS name, a.position, a.state,
        CASE WHEN a.state = 'waitlisted' THEN (SELECT COUNT(*) FROM assignment w
            WHERE w.shift_id = a.shift_id AND w.state = 'waitlisted'
            AND w.queue_no <= a.queue_no) END AS in_line,
        a.channel, a.short_code, a.asked_at, a.checked_in_at,
        a.checked_out_at, a.end_reason, a.sequence + s.sequence AS sequence
    FROM assignment a
    JOIN shift s ON s.id = a.shift_id
    JOIN center c ON c.id = s.center_id
    LEFT JOIN person p ON p.id = a.person_id
    LEFT JOIN staff t ON t.id = a.staff_id";

pub(crate) async fn view_in(tx: &mut Tx, id: &AssignmentId) -> Result<Option<AssignmentView>> {
    let row: Option<Row> = tx
        .sql_built(format!("{ASSIGNMENT} WHERE a.id = $1"))
        .bind(id)
        .optional()
        .await?;
    row.map(Row::read).transpose()
}

/// A place of the caller's own people.
pub(super) async fn own_in(tx: &mut Tx, act: &Act, id: &AssignmentId) -> Result<AssignmentView> {
    let view = view_in(tx, id).await?.ok_or(Refusal::NotFound)?;
    match &act.caller.identity {
        Identity::Resident(account) if Some(account) == view.account_id.as_ref() => Ok(view),
        Identity::Anonymous => Err(Refusal::Unauthenticated.into()),
        _ => Err(Refusal::NotFound.into()),
    }
}

/// One assignment, for those who may see it: its account, its lead, or staff of its center (who must
/// audit the view).
///
/// # Errors
/// [`Refusal::NotFound`] where it does not exist or is somebody else's.
pub async fn find(db: &Db, caller: &Caller, id: &AssignmentId) -> Result<AssignmentView> {
    let mut tx = db.read().await?;
    let view = view_in(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    match &caller.identity {
        Identity::Resident(account) if Some(account) == view.account_id.as_ref() => Ok(view),
        Identity::Anonymous => Err(Refusal::Unauthenticated.into()),
        Identity::Resident(_) => Err(Refusal::NotFound.into()),
        Identity::System => Ok(view),
        _ => {
            let place = centers::place(&mut tx, &view.center_id).await?;
            caller
                .may(Action::ViewBookings, &place)
                .map_err(|_| Error::from(Refusal::NotFound))?;
            Ok(view)
        }
    }
}

/// The assignments of an account and its family, those that start last first.
///
/// # Errors
/// Database errors.
pub async fn of_account(db: &Db, account: &AccountId, part: &Part) -> Result<Page<AssignmentView>> {
    let mut tx = db.read().await?;
    let (at, id) = part.before();
    let rows: Vec<Row> = tx
        .sql_built(format!(
            "{ASSIGNMENT} WHERE a.account_id = $1
             AND (s.starts_at < $2 OR (s.starts_at = $2 AND a.id < $3))
             ORDER BY s.starts_at DESC, a.id DESC LIMIT $4"
        ))
        .bind(account)
        .bind(at)
        .bind(id)
        .bind(part.limit.and_one())
        .all()
        .await?;
    let found: Result<Vec<_>> = rows.into_iter().map(Row::read).collect();
    Ok(part.of_rows(found?, |view| Cursor::after(view.span.start(), &view.id)))
}

/// Who is in a shift, or asks to be: leads first, then by when they asked; who has left is not in it.
/// Personal data: whoever shows it records the look.
///
/// # Errors
/// Database errors.
pub async fn of_shift(db: &Db, shift: &ShiftId) -> Result<Vec<AssignmentView>> {
    let mut tx = db.read().await?;
    let rows: Vec<Row> = tx
        .sql_built(format!(
            "{ASSIGNMENT} WHERE a.shift_id = $1 AND a.state NOT IN ('withdrawn', 'declined')
             ORDER BY a.role, a.queue_no, a.asked_at, a.id"
        ))
        .bind(shift)
        .all()
        .await?;
    rows.into_iter().map(Row::read).collect()
}

/// Whose an assignment is, if it is a volunteer's, and of which shift: to be locked before it is read.
pub(crate) async fn whose(db: &Db, id: &AssignmentId) -> Result<(Option<AccountId>, ShiftId)> {
    let mut tx = db.read().await?;
    let found: Option<(Option<AccountId>, ShiftId)> = tx
        .sql("SELECT account_id, shift_id FROM assignment WHERE id = $1")
        .bind(id)
        .optional()
        .await?;
    Ok(found.ok_or(Refusal::NotFound)?)
}

/// The accounts of those who are in a shift, to be locked with it.
pub(crate) async fn accounts_of(db: &Db, shift: &ShiftId) -> Result<Vec<AccountId>> {
    let mut tx = db.read().await?;
    let rows: Vec<(AccountId,)> = tx
        .sql(
            "SELECT DISTINCT account_id FROM assignment WHERE shift_id = $1
             AND account_id IS NOT NULL
             AND state IN ('waitlisted', 'requested', 'confirmed', 'checked_in')",
        )
        .bind(shift)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(account,)| account).collect())
}
