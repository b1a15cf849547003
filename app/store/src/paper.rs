//! A day of a center on paper: everybody who signs at a date or in a shift, to be printed in one go and
//! keyed back in one go.

use crate::{
    Act, Db, Locks, Op, Result, Tx,
    audit::{self, Entry},
    centers,
    hours::{SheetRow, rows_in},
    occurrences::{OccurrenceView, Roster, VIEW, roster_in},
    shifts::{self, ShiftView},
};
use chrono::NaiveDate;
use domain::{access::Action, activity::Allocation, audit::Verb, id::CenterId, time::Timestamp};
use serde_json::json;

/// A shift with everybody who has a place in it.
#[derive(Clone, Debug)]
pub struct ShiftSheet {
    /// The shift.
    pub shift: ShiftView,
    /// Leads first.
    pub rows: Vec<SheetRow>,
}

/// What a center's day asks people to sign.
#[derive(Clone, Debug)]
pub struct Sheets {
    /// Published dates to be booked that take place on the day, by start.
    pub dates: Vec<Roster>,
    /// Published shifts that begin on it, by start.
    pub shifts: Vec<ShiftSheet>,
}

/// The sheets of a day in Shenzhen, for staff who may see bookings; each look is in the audit log.
///
/// # Errors
/// [`Refusal::NotFound`](domain::Refusal::NotFound) where there is no such center,
/// [`Refusal::Forbidden`](domain::Refusal::Forbidden); database errors.
pub async fn sheets(db: &Db, act: &Act, center: &CenterId, day: NaiveDate) -> Result<Sheets> {
    let op = ShowSheets {
        center: center.clone(),
        day,
    };
    db.write(act, Locks::none(), op).await
}

struct ShowSheets {
    center: CenterId,
    day: NaiveDate,
}

#[async_trait::async_trait]
impl Op for ShowSheets {
    type Out = Sheets;
    async fn run(&self, tx: &mut Tx, act: &Act) -> Result<Sheets> {
        let place = centers::place(tx, &self.center).await?;
        act.caller.may(Action::ViewBookings, &place)?;
        let (from, to) = (Timestamp::start_of(self.day), Timestamp::after(self.day));
        let text = format!(
            "{VIEW} WHERE o.center_id = $1 AND o.starts_at < $2 AND o.ends_at > $3
             AND o.status = 'published' AND a.status = 'published'
             ORDER BY o.starts_at, o.id"
        );
        let dates: Vec<OccurrenceView> = tx
            .sql_built(text)
            .bind(&self.center)
            .bind(to)
            .bind(from)
            .all()
            .await?;
        let mut sheets = Sheets {
            dates: Vec::new(),
            shifts: Vec::new(),
        };
        for date in dates {
            if date.terms.allocation == Allocation::FirstCome {
                sheets.dates.push(roster_in(tx, act, date).await?);
            }
        }
        let mut all = shifts::all_in(tx, &self.center, from, to).await?;
        all.retain(|shift| shift.span.start() >= from);
        for shift in all {
            let rows = rows_in(tx, &shift).await?;
            sheets.shifts.push(ShiftSheet { shift, rows });
        }
        let entry = Entry {
            action: Verb::AssignmentView,
            subject: ("center", self.center.as_str()),
            center: Some(&self.center),
            detail: json!({ "day": self.day }),
        };
        audit::record_look(tx, act, &format!("sheets {}", self.day), entry).await?;
        Ok(sheets)
    }
}
