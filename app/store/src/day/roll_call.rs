//! Who is in the house, for when everybody has to leave it: by what doors and desks have seen of
//! bookings and of shifts.

use crate::{
    Act, Db, Result,
    audit::{self, CenterLook},
    occurrences::columns::room_column,
};
use domain::{
    audit::Verb,
    check_in::{CHECK_OUT_GRACE, MAX_DOOR_OPENS_BEFORE_MIN},
    day::{InHouse, in_house},
    id::CenterId,
    shift::Role,
    time::{MINUTE, Span, Timestamp},
};
use serde_json::json;
use std::collections::HashMap;

/// What somebody is in the house as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// 社工: leads a shift.
    Lead,
    /// 义工.
    Volunteer,
    /// Came to an activity.
    Guest,
}

/// Somebody who checked in, and whom nobody saw go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Present {
    /// Their name.
    pub name: String,
    /// As what.
    pub part: Part,
    /// What they came for.
    pub title: String,
    /// Where that is; may be empty.
    pub place: String,
    /// When they came.
    pub came_at: Timestamp,
    /// How sure it is.
    pub in_house: InHouse,
}

#[derive(sqlx::FromRow)]
struct Row {
    who: String,
    name: String,
    role: Option<Role>,
    title: String,
    room: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    came_at: Timestamp,
    seen_leaving: bool,
}

impl Row {
    fn read(self, now: Timestamp) -> Option<(String, Present)> {
        let span = Span::kept(self.starts_at, self.ends_at);
        let present = Present {
            in_house: in_house(self.seen_leaving, span, now)?,
            part: match self.role {
                Some(Role::Lead) => Part::Lead,
                Some(Role::Volunteer) => Part::Volunteer,
                None => Part::Guest,
            },
            name: self.name,
            title: self.title,
            place: self.room,
            came_at: self.came_at,
        };
        Some((self.who, present))
    }
}

/// Those who checked in: to an activity, or to a shift. A check-out counts as seen unless it stands at
/// the time at which it was closed by rule.
const CHECKED_IN: &str = concat!(
    "SELECT b.person_id AS who, p.name, CAST(NULL AS TEXT) AS role, a.title",
    room_column!(),
    ", o.starts_at, o.ends_at, b.checked_in_at AS came_at, ",
    "b.checked_out_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM check_in e WHERE e.subject_id = b.id
         AND e.kind = 'close' AND e.at = b.checked_out_at) AS seen_leaving
     FROM occurrence o
     JOIN activity a ON a.id = o.activity_id
     JOIN booking b ON b.occurrence_id = o.id
     JOIN person p ON p.id = b.person_id
     WHERE o.center_id = $1 AND o.starts_at < $2 AND o.ends_at > $3
     AND b.state = 'checked_in' AND b.checked_in_at IS NOT NULL
     UNION ALL
     SELECT COALESCE(g.person_id, g.staff_id) AS who, COALESCE(p.name, t.name) AS name, g.role,
         s.title, s.place, s.starts_at, s.ends_at, g.checked_in_at AS came_at,
         g.checked_out_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM check_in e
             WHERE e.subject_id = g.id AND e.kind = 'close' AND e.at = g.checked_out_at)
             AS seen_leaving
     FROM shift s
     JOIN assignment g ON g.shift_id = s.id
     LEFT JOIN person p ON p.id = g.person_id
     LEFT JOIN staff t ON t.id = g.staff_id
     WHERE s.center_id = $1 AND s.starts_at < $2 AND s.ends_at > $3
     AND g.state IN ('checked_in', 'checked_out', 'validated') AND g.checked_in_at IS NOT NULL"
);

/// Everybody who is in a center's house now, room by room; each once, at what they came for last. Who
/// never checked in is not in it. The look is put on record (rule 6).
///
/// # Errors
/// [`domain::Refusal::NotFound`], [`domain::Refusal::Forbidden`]; database errors.
pub async fn roll_call(db: &Db, act: &Act, center: &CenterId) -> Result<Vec<Present>> {
    let look = CenterLook {
        center,
        action: Verb::CenterRollCall,
        page: "roll-call",
        detail: json!({}),
    };
    audit::look_at(db, act, look).await?;
    let opens = i64::from(MAX_DOOR_OPENS_BEFORE_MIN) * MINUTE;
    let mut tx = db.read().await?;
    let rows: Vec<Row> = tx
        .sql(CHECKED_IN)
        .bind(center)
        .bind(act.now.plus(opens))
        .bind(act.now.plus(-CHECK_OUT_GRACE))
        .all()
        .await?;
    let mut people: HashMap<String, Present> = HashMap::new();
    for (who, present) in rows.into_iter().filter_map(|row| row.read(act.now)) {
        // What goes on tells better where somebody is than what is over, what began later than what
        // began before.
        let rank = |of: &Present| (of.in_house == InHouse::Inside, of.came_at);
        let known = people.get(&who);
        if known.is_none_or(|known| rank(known) < rank(&present)) {
            people.insert(who, present);
        }
    }
    let mut people: Vec<Present> = people.into_values().collect();
    people.sort_by(|a, b| key(a).cmp(&key(b)));
    Ok(people)
}

/// Room by room; what has no room comes last.
fn key(of: &Present) -> (bool, &str, &str, Part, &str, Timestamp) {
    let (place, title) = (of.place.as_str(), of.title.as_str());
    (
        place.is_empty(),
        place,
        title,
        of.part,
        &of.name,
        of.came_at,
    )
}
