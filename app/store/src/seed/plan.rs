//! Which center runs what: patterns become activities, chosen by a seed number and the moment.

use super::{ACTIVITIES, CENTERS, DAYS, FULL_SUBDISTRICT, broken, titles_at};
use crate::{
    Db, Result,
    activities::{Dates, NewActivity, NewOccurrence},
    occurrences::TermsEdit,
    rooms::Occupied,
};
use chrono::{Days, NaiveDate, NaiveTime, Timelike};
use domain::{
    id::{CenterId, MenuItemId},
    opening, recurrence,
    texts::Texts,
    time::{DAY, MINUTE, Span, Timestamp},
};
use gazetteer::data::{self, Activity, CenterRow};
use std::collections::HashMap;

/// Longer than the last date of any pattern is ahead.
const PLANNED: i64 = 366 * DAY;

/// A small repeatable source of numbers (SplitMix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// The next number.
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// One of `0..n`; 0 where `n` is 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        // The remainder is below `n`, so it fits.
        usize::try_from(self.roll() % (n.max(1) as u64)).unwrap_or(0)
    }

    /// Mixes a list.
    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }
}

/// What the demo has to offer.
pub(super) struct Plan {
    now: Timestamp,
    seed: u64,
    patterns: Vec<Activity>,
    items: HashMap<String, MenuItemId>,
}

impl Plan {
    pub(super) async fn load(db: &Db, now: Timestamp, seed: u64) -> Result<Self> {
        let mut tx = db.read().await?;
        let items: Vec<(String, MenuItemId)> = tx
            .sql("SELECT code, id FROM menu_item WHERE center_id IS NULL AND code IS NOT NULL")
            .all()
            .await?;
        Ok(Self {
            now,
            seed,
            patterns: data::activities().map_err(broken)?,
            items: items.into_iter().collect(),
        })
    }

    pub(super) fn pattern(&self, code: &str) -> Option<&Activity> {
        self.patterns.iter().find(|p| p.code == code)
    }

    /// The centers with demo activities: the full subdistrict, the homes of demo people, and
    /// others from all over the city.
    pub(super) fn centers(&self) -> Vec<CenterId> {
        let people = data::people().ok();
        let homes: Vec<String> = people
            .iter()
            .flat_map(|p| {
                let staff = p
                    .staff
                    .iter()
                    .filter_map(|s| s.scope.strip_prefix("center:"));
                p.residents.iter().map(|r| r.center.as_str()).chain(staff)
            })
            .map(str::to_owned)
            .collect();
        let (mut chosen, mut others): (Vec<&CenterRow>, Vec<_>) = data::centers()
            .iter()
            .partition(|c| c.subdistrict_code == FULL_SUBDISTRICT || homes.contains(&c.id));
        Dice(self.seed).shuffle(&mut others);
        others.truncate(CENTERS.saturating_sub(chosen.len()));
        chosen.append(&mut others);
        chosen.iter().filter_map(|c| c.id.parse().ok()).collect()
    }

    /// What the center should run and does not.
    pub(super) async fn missing_at(&self, db: &Db, center: &CenterId) -> Result<Vec<NewActivity>> {
        let Some(row) = data::centers().iter().find(|c| c.id == center.as_str()) else {
            return Ok(Vec::new());
        };
        let wanted = if row.subdistrict_code == FULL_SUBDISTRICT {
            ACTIVITIES.0
        } else {
            ACTIVITIES.1
        };
        let there = titles_at(db, center, self.now).await?;
        let number = row.id.bytes().fold(self.seed, |n, b| {
            n.wrapping_mul(31).wrapping_add(u64::from(b))
        });
        let mut patterns: Vec<&Activity> = self.patterns.iter().collect();
        Dice(number).shuffle(&mut patterns);
        let ahead = Span::new(self.now, self.now.plus(PLANNED))?;
        let mut tx = db.read().await?;
        let occupied = Occupied::during(&mut tx, center, &[ahead]).await?;
        drop(tx);
        let mut taken: Vec<(String, Span)> = Vec::new();
        let mut new = Vec::new();
        for pattern in patterns {
            if there.len() + new.len() >= wanted {
                break;
            }
            if there.contains(&pattern.texts.zh_cn.title) {
                continue;
            }
            let Some(day) = self.first_day(pattern, row) else {
                continue;
            };
            let sittings = sittings(pattern, day)?;
            let room = &pattern.texts.zh_cn.room;
            let free = |at: &Span| {
                !taken.iter().any(|(r, t)| r == room && t.overlaps(*at))
                    && occupied.in_the_way(room, *at).is_none()
            };
            if sittings.iter().all(free) {
                taken.extend(sittings.iter().map(|s| (room.clone(), *s)));
                new.push(self.activity(center, pattern, &sittings, day)?);
            }
        }
        Ok(new)
    }

    /// The day on which a pattern begins at the center: soon, not in the past, and while the
    /// center is open.
    fn first_day(&self, pattern: &Activity, center: &CenterRow) -> Option<NaiveDate> {
        let clock = clock(&pattern.start.time)?;
        let today = self.now.day();
        let from = if Timestamp::from_local(today.and_time(clock)) > self.now {
            today
        } else {
            today.checked_add_days(Days::new(1))?
        };
        let day = pattern.start.first_day(from)?;
        let soon = day <= today.checked_add_days(Days::new(DAYS))?;
        let minutes = u16::try_from(clock.num_seconds_from_midnight() / 60).ok()?;
        let weekday = opening::Day::of(day);
        let open = center
            .hours
            .as_ref()
            .is_none_or(|week| week.is_open_at(weekday, minutes));
        (soon && open).then_some(day)
    }

    /// The pattern as an activity of the center, on these sittings.
    pub(super) fn activity(
        &self,
        center: &CenterId,
        pattern: &Activity,
        sittings: &[Span],
        day: NaiveDate,
    ) -> Result<NewActivity> {
        let text = &pattern.texts.zh_cn;
        let occurrence = |at: &Span| NewOccurrence {
            starts_at: at.start(),
            ends_at: at.end(),
            room: text.room.clone(),
            terms: terms(pattern, *at),
        };
        let dates = match (&pattern.rrule, pattern.slots_a_day, sittings.first()) {
            (Some(rule), 1, Some(first)) if first.start().day() == day => Dates::Rule {
                rule: rule.clone(),
                first: occurrence(first),
                excluded: Vec::new(),
                moved: Vec::new(),
            },
            _ => Dates::List(sittings.iter().map(occurrence).collect()),
        };
        Ok(NewActivity {
            center: center.clone(),
            texts: Texts {
                title: text.title.clone(),
                summary: text.summary.clone(),
                kind: pattern.kind.as_str().parse()?,
                field: pattern.field.clone(),
                menu_item_id: self.items.get(&pattern.item).cloned(),
            },
            enrolment: pattern.enrolment.as_str().parse()?,
            dates,
            publish: true,
        })
    }
}

fn clock(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").ok()
}

/// All sittings of a pattern that begins on that day.
fn sittings(pattern: &Activity, day: NaiveDate) -> Result<Vec<Span>> {
    let clock = clock(&pattern.start.time).unwrap_or(NaiveTime::MIN);
    let length = i64::from(pattern.duration_minutes) * MINUTE;
    let start = Timestamp::from_local(day.and_time(clock));
    let first = Span::new(start, start.plus(length))?;
    let days = match &pattern.rrule {
        Some(rule) => recurrence::expand(rule, first, &[])?,
        None => vec![first],
    };
    let mut sittings = Vec::new();
    for day in days {
        for slot in 0..i64::from(pattern.slots_a_day.max(1)) {
            let start = day.start().plus(slot * length);
            sittings.push(Span::new(start, start.plus(length))?);
        }
    }
    Ok(sittings)
}

/// The pattern's terms for one sitting.
pub(super) fn terms(pattern: &Activity, at: Span) -> TermsEdit {
    let before = |minutes: u32| at.start().plus(-i64::from(minutes) * MINUTE);
    let opens = pattern.booking_opens.as_ref().and_then(|opens| {
        let day = at
            .start()
            .day()
            .checked_sub_days(Days::new(u64::from(opens.days_before)))?;
        Some(Timestamp::from_local(day.and_time(clock(&opens.time)?)))
    });
    let own_first = (pattern.residents_first_days > 0)
        .then(|| opens.map(|t| t.plus(i64::from(pattern.residents_first_days) * DAY)))
        .flatten();
    TermsEdit {
        allocation: pattern.allocation.as_str().parse().ok(),
        unit: pattern.unit.as_str().parse().ok(),
        capacity: Some(pattern.capacity),
        waitlist_capacity: Some(pattern.waitlist_capacity),
        held_back: Some(pattern.held_back),
        held_until: Some(pattern.held_until_minutes_before.map(before)),
        min_age: Some(pattern.min_age),
        max_age: Some(pattern.max_age),
        residents_first_until: Some(own_first),
        booking_opens_at: opens,
        booking_closes_at: pattern.booking_closes_minutes_before.map(before),
        cancel_until: pattern.cancel_cutoff_minutes.map(before),
        ..TermsEdit::default()
    }
}
