//! The shifts that there are to be.

use super::{SKILLS, Somebody, TRAINING, Work};
use crate::{Act, Result, columns::Cell, seed::Dice, shifts::list_column};
use chrono::Days;
use domain::{
    id::{CenterId, ShiftId},
    shift::{Duty, Position},
    time::{HOUR, Span, Timestamp},
    volunteer::GUARDIAN_BELOW,
};

const RISKS: &str = "陪长者上下楼梯时，请走在外侧、扶好扶手。";
const TITLES: [(&str, Duty); 5] = [
    ("前台接待", Duty::Reception),
    ("门口引导", Duty::Door),
    ("长者午间陪伴", Duty::Reception),
    ("社区宣传", Duty::Outreach),
    ("上门探访", Duty::Visit),
];

/// A shift to be.
pub(super) struct Plan {
    pub(super) id: ShiftId,
    title: &'static str,
    duty: Duty,
    pub(super) span: Span,
    pub(super) most: u32,
    pub(super) positions: Vec<Position>,
    skill: Option<&'static str>,
    takes_training: bool,
    pub(super) has_risks: bool,
}

impl Plan {
    /// The `nth` of the work: some ask for a skill, for a training, or that risks are read.
    pub(super) fn drawn(act: &Act, work: &Work, nth: u32, dice: &mut Dice) -> Self {
        let (title, duty) = TITLES[dice.below(TITLES.len())];
        let day = u64::from(nth) * u64::from(work.days) / u64::from(work.shifts.max(1));
        let day = work.from.checked_add_days(Days::new(day));
        let hour = 8 + i64::try_from(dice.below(11)).unwrap_or(0);
        let start = Timestamp::start_of(day.unwrap_or(work.from)).plus(hour * HOUR);
        let hours = 2 + i64::try_from(dice.below(2)).unwrap_or(0);
        let position = |name: &str| Position {
            name: name.to_owned(),
            min: 1,
            max: 2,
            skill: None,
        };
        let positions = match dice.below(4) {
            0 => vec![position("登记台"), position("引导")],
            _ => Vec::new(),
        };
        Self {
            id: act.ids.make(act.now),
            title,
            duty,
            span: Span::kept(start, start.plus(hours * HOUR)),
            most: 4,
            positions,
            skill: SKILLS.get(dice.below(6 * SKILLS.len())).copied(),
            takes_training: dice.below(8) == 0,
            has_risks: dice.below(3) == 0,
        }
    }

    pub(super) fn takes(&self, who: &Somebody) -> bool {
        let is_able = self.skill.is_none() || self.skill == who.skill;
        let is_free = who.calendar.iter().all(|span| !span.overlaps(self.span));
        is_able && (who.is_trained || !self.takes_training) && is_free
    }

    /// Its row.
    pub(super) fn cells(
        &self,
        center: &CenterId,
        made: Timestamp,
        led: i64,
        held: i64,
    ) -> Result<[Cell; 21]> {
        let skills: Vec<&str> = self.skill.into_iter().collect();
        let trainings: &[&str] = match self.takes_training {
            true => &[TRAINING],
            false => &[],
        };
        Ok([
            self.id.as_str().into(),
            center.as_str().into(),
            self.duty.as_str().into(),
            self.title.into(),
            self.span.start().0.into(),
            self.span.end().0.into(),
            "sign_up".into(),
            1_i64.into(),
            2_i64.into(),
            i64::from(self.most).into(),
            2_i64.into(),
            list_column(&self.positions)?.into(),
            list_column(&skills)?.into(),
            list_column(&trainings)?.into(),
            i64::from(GUARDIAN_BELOW).into(),
            if self.has_risks { RISKS } else { "" }.into(),
            "published".into(),
            led.into(),
            held.into(),
            true.into(),
            made.0.into(),
        ])
    }
}
