//! A training of the demo, and a shift that asks for it, so that both ends of the way can be seen.

use super::{Create, Summary, titles_at};
use crate::{
    Act, Db, Locks, Result,
    activities::{Dates, NewActivity, NewOccurrence},
    occurrences::TermsEdit,
    shifts::{self, NewShift},
};
use chrono::{Days, NaiveTime};
use domain::{
    activity::{Enrolment, Kind},
    id::CenterId,
    shift::{Duty, Joining, Needs},
    texts::Texts,
    time::{HOUR, Timestamp},
};

/// 人民桥社区党群服务中心.
const CENTER: &str = "SZ440303001-03";
const TRAINING: &str = "急救";
/// For how many months it counts.
const MONTHS: u16 = 24;
const TITLE: &str = "义工急救培训：心肺复苏和止血";
const SHIFT: &str = "健步走急救随队";
/// In how many days the training is, and the shift that asks for it.
const DAYS: (u64, u64) = (6, 12);

/// Fourteen o'clock so many days from now.
fn afternoon(now: Timestamp, days: u64) -> Option<Timestamp> {
    let day = now.day().checked_add_days(Days::new(days))?;
    Some(Timestamp::from_local(
        day.and_time(NaiveTime::from_hms_opt(14, 0, 0)?),
    ))
}

pub(super) async fn seed(db: &Db, act: &Act, summary: &mut Summary) -> Result<()> {
    let center: CenterId = CENTER.parse()?;
    if titles_at(db, &center, act.now)
        .await?
        .contains(&TITLE.to_owned())
    {
        return Ok(());
    }
    let (Some(training), Some(shift)) = (afternoon(act.now, DAYS.0), afternoon(act.now, DAYS.1))
    else {
        return Ok(());
    };
    let op = Create {
        new: vec![activity(&center, training)],
    };
    summary.occurrences += db.write(act, Locks::none(), op).await?;
    summary.activities += 1;
    let op = CreateShift {
        new: asking(center, shift),
    };
    summary.shifts += db.write(act, Locks::none(), op).await?;
    Ok(())
}

fn activity(center: &CenterId, starts_at: Timestamp) -> NewActivity {
    NewActivity {
        center: center.clone(),
        texts: Texts {
            title: TITLE.to_owned(),
            summary: "跟着急救导师在假人上练心肺复苏，再学止血和包扎。来参加并签到，就能报要求急救培训的班次。"
                .to_owned(),
            kind: Kind::Group,
            field: "volunteer".to_owned(),
            menu_item_id: None,
        },
        enrolment: Enrolment::Single,
        dates: Dates::List(vec![NewOccurrence {
            starts_at,
            ends_at: starts_at.plus(2 * HOUR),
            room: String::new(),
            terms: TermsEdit {
                capacity: Some(20),
                grants_training: Some(Some(TRAINING.to_owned())),
                training_months: Some(Some(MONTHS)),
                ..TermsEdit::default()
            },
        }]),
        publish: true,
    }
}

fn asking(center: CenterId, starts_at: Timestamp) -> NewShift {
    NewShift {
        center,
        title: SHIFT.to_owned(),
        starts_at,
        ends_at: starts_at.plus(3 * HOUR),
        rule: None,
        excluded: Vec::new(),
        moved: Vec::new(),
        occurrence: None,
        duty: Some(Duty::Outreach),
        place: "中心门口集合".to_owned(),
        joining: Joining::SignUp,
        needs: Needs {
            volunteers_min: 1,
            volunteers_max: 2,
            trainings: [TRAINING.to_owned()].into(),
            ..Needs::default()
        },
        publish: true,
    }
}

struct CreateShift {
    new: NewShift,
}

#[async_trait::async_trait]
impl crate::Op for CreateShift {
    type Out = usize;
    async fn run(&self, tx: &mut crate::Tx, act: &Act) -> Result<usize> {
        Ok(shifts::create_in(tx, act, &self.new, true).await?.len())
    }
}
