//! A center of its own that is the same in every city: what is measured there differs by nothing but
//! the size of the city around it.

use crate::{base::Base, crowd};
use anyhow::{Context, Result};
use data_encoding::HEXLOWER;
use domain::{
    access::{Caller, Role, Scope},
    time::{DAY, HOUR, MINUTE, Timestamp},
};
use std::{
    fmt::Write as _,
    time::{SystemTime, UNIX_EPOCH},
};
use store::{Act, Db, Ids, ticket_keys, tokens};
use ticket::{Kind, SigningKey};
use uuid::Uuid;

pub(crate) const CENTER: &str = "SZ990000000-02";
/// What is on in the coming week.
const DATES: usize = 24;
/// Bookings of each of them, by the first of the crowd.
pub(crate) const BOOKED: usize = 40;

/// The secret of the kiosk at its door.
pub(crate) fn kiosk() -> String {
    format!("{}load-measurement-kiosk", tokens::PREFIX)
}

fn booking(n: usize) -> Uuid {
    Uuid::from_u128(0x7000_0000 + n as u128)
}

/// What somebody's ticket at the door says.
pub(crate) struct Tickets(SigningKey);

impl Tickets {
    /// Signed with the key of the server.
    pub(crate) async fn of(base: &Base) -> Result<Self> {
        let db = base.open(1).await?;
        let keys = ticket_keys::all(&db).await?;
        db.close().await;
        let key = keys.last().context("the server makes a ticket key")?;
        let seed = HEXLOWER.decode(key.secret.as_bytes())?;
        let seed: [u8; 32] = seed.as_slice().try_into().context("a ticket key")?;
        Ok(Self(SigningKey::from_seed(u8::try_from(key.kid)?, &seed)))
    }

    /// The body of the `n`th scan.
    pub(crate) fn scan(&self, n: usize) -> String {
        let id = Uuid::from_u128(0x0190_0000_0000_7000_8000_1000_0000_0000 + n as u128);
        let ticket = ticket::issue(&self.0, Kind::Booking, booking(n));
        serde_json::json!({ "id": id, "token": ticket.as_str() }).to_string()
    }
}

/// The time of day, by which the server goes.
#[expect(
    clippy::disallowed_methods,
    reason = "a measurement is about what is on now"
)]
pub(crate) fn now() -> Result<Timestamp> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok(Timestamp(i64::try_from(since.as_millis())?))
}

/// Writes the center, what is on there, and who is booked; the first date begins in half an hour, and
/// everybody of the crowd is booked for it.
pub(crate) async fn settle(base: &Base, db: &Db) -> Result<()> {
    let now = now()?;
    let mut sql = format!(
        "INSERT INTO center (id, name, district_code, district, subdistrict_code, subdistrict,
         community, name_source, status) VALUES ('{CENTER}', '测速二中心', '990000', '测速区',
         '990000000', '测速街道', '测速二社区', 'nbs2023', 'open');"
    );
    let mut made = 0;
    for n in 0..DATES {
        let activity = Uuid::from_u128(0x7100_0000 + n as u128);
        let occurrence = Uuid::from_u128(0x7200_0000 + n as u128);
        let start = match n {
            0 => now.plus(30 * MINUTE).0,
            n => now.plus(DAY + n as i64 * 6 * HOUR).0,
        };
        let booked = if n == 0 { crowd::PEOPLE } else { BOOKED };
        write!(
            sql,
            "INSERT INTO activity (id, center_id, title, summary, kind, field, enrolment, status, created_at)
             VALUES ('{activity}', '{CENTER}', '社区活动{n}', '每周一次', 'group', 'bench', 'single', 'published', 0);
             INSERT INTO occurrence (id, activity_id, center_id, starts_at, ends_at, allocation, unit,
             capacity, waitlist_capacity, booking_opens_at, booking_closes_at, cancel_until, status)
             VALUES ('{occurrence}', '{activity}', '{CENTER}', {start}, {}, 'first_come', 'people',
             {}, 5, 0, {start}, {start}, 'published');",
            start + 2 * HOUR,
            booked + 20
        )?;
        for k in 0..booked {
            write!(
                sql,
                "INSERT INTO booking (id, occurrence_id, person_id, account_id, state, channel,
                 short_code, promised_cancel_until, booked_at, confirmed_at) VALUES ('{}',
                 '{occurrence}', '{}', '{}', 'confirmed', 'online', 'L{made}', {start}, 0, 0);",
                booking(made),
                crowd::person(k),
                crowd::account(k),
            )?;
            made += 1;
        }
    }
    base.run(format!("BEGIN; {sql} COMMIT;")).await?;
    let act = Act::new(Caller::system(), now, Ids::repeatable(17));
    let new = tokens::NewToken {
        label: "door".to_owned(),
        role: Role::Kiosk,
        scope: Scope::parse(CENTER).map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?,
        account: None,
        volunteers: false,
        staff: None,
    };
    tokens::create(db, &act, new, &kiosk()).await?;
    Ok(())
}
