//! A shift as it looks to somebody.

use super::Shift;
use app::{i18n::Locale, words};
use domain::{
    Refusal,
    shift::{Placement, Why},
    time::Timestamp,
};
use serde::Serialize;
use store::shifts::ForMe;
use utoipa::ToSchema;

/// What signing up comes to.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outlook {
    /// A place.
    Confirmed,
    /// A place in line.
    Waitlisted,
    /// A request, which a social worker answers.
    Requested,
}

/// A reason that a shift suits somebody.
#[derive(Serialize, ToSchema)]
pub(crate) struct Suits {
    /// Stable: `partner`, `needed`, `skills`, `own_center`, `liked_center`, `turn`, `led`.
    pub code: &'static str,
    /// For `needed`: how many volunteers are missing.
    pub missing: Option<u32>,
    /// For `skills`: which.
    pub skills: Vec<String>,
}

/// A rule that keeps somebody from a shift.
#[derive(Serialize, ToSchema)]
pub(crate) struct Lacks {
    /// Stable, as of every refusal.
    pub code: &'static str,
    /// What it is, in the caller's language.
    pub title: String,
    /// What to do about it.
    pub detail: String,
}

/// A shift as it looks to the caller.
#[derive(Serialize, ToSchema)]
pub(crate) struct MyShift {
    /// The shift.
    #[serde(flatten)]
    pub shift: Shift,
    /// Whether they can sign up for it.
    pub fits: bool,
    /// What signing up comes to, if they can.
    pub outlook: Option<Outlook>,
    /// If they can: why it suits them, the strongest reason first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasons: Option<Vec<Suits>>,
    /// If not: every rule that is not met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unmet: Option<Vec<Lacks>>,
}

fn suits(why: Why) -> Suits {
    let code = why.code();
    let (missing, skills) = match why {
        Why::Needed { missing } => (Some(missing), Vec::new()),
        Why::Skills { skills } => (None, skills),
        Why::Partner { .. } | Why::OwnCenter | Why::LikedCenter | Why::Led | Why::Turn => {
            (None, Vec::new())
        }
    };
    Suits {
        code,
        missing,
        skills,
    }
}

fn lacks(refusal: &Refusal, locale: Locale, now: Timestamp) -> Lacks {
    let told = words::refusal(locale, refusal, now);
    Lacks {
        code: refusal.code(),
        title: told.title,
        detail: words::join(locale, &told.sentence, &told.next),
    }
}

impl MyShift {
    /// The shape of a shift as it looks to somebody.
    pub(crate) fn of(of: ForMe, locale: Locale, now: Timestamp) -> Self {
        let (outlook, reasons, unmet) = match of.outcome {
            Ok((placement, reasons)) => {
                let outlook = match placement {
                    Placement::Confirm(_) => Outlook::Confirmed,
                    Placement::Wait => Outlook::Waitlisted,
                    Placement::Request => Outlook::Requested,
                };
                let reasons = reasons.into_iter().map(suits).collect();
                (Some(outlook), Some(reasons), None)
            }
            Err(unmet) => {
                let unmet = unmet.iter().map(|refusal| lacks(refusal, locale, now));
                (None, None, Some(unmet.collect()))
            }
        };
        Self {
            shift: Shift::of(of.shift, now),
            fits: outlook.is_some(),
            outlook,
            reasons,
            unmet,
        }
    }
}
