//! Casework (个案): which service somebody books can be sensitive, so where others may read along, such as
//! on the screen of a locked telephone, an appointment is told by its center and time only.

use crate::{
    activity::Kind,
    commitment::Event,
    id::OccurrenceId,
    notice::{Details, Notice},
};

/// What is said of something where others may read along: its title (or room), or nothing, in whose place
/// neutral words are said.
pub fn said(kind: Kind, title: &str) -> Option<&str> {
    match kind {
        Kind::Casework => None,
        Kind::Group | Kind::CommunityActivity => Some(title),
    }
}

/// The occurrences that a notice names.
pub fn named(notice: &Notice) -> Vec<OccurrenceId> {
    let mut copy = notice.clone();
    let mut ids: Vec<OccurrenceId> = all(&mut copy)
        .iter()
        .filter_map(|of| occurrence(of))
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

/// Takes the titles and rooms out of a notice that are not said where others may read along; they are
/// empty then.
/// `kind` knows the kind of each occurrence of [`named`].
pub fn hush(notice: &mut Notice, kind: impl Fn(&OccurrenceId) -> Option<Kind>) {
    let mut any = false;
    for of in all(notice) {
        let kind = occurrence(of).and_then(|id| kind(&id));
        if kind.is_some_and(|kind| said(kind, &of.title).is_none()) {
            of.title.clear();
            // A room's name may tell as much.
            of.room.clear();
            any = true;
        }
    }
    // All dates of a series are of one kind.
    if let (Notice::Postponed { title, .. }, true) = (notice, any) {
        title.clear();
    }
}

fn occurrence(of: &Details) -> Option<OccurrenceId> {
    match &of.event {
        Event::Occurrence(id) => Some(id.clone()),
        Event::Shift(_) => None,
    }
}

/// All that a notice names.
fn all(notice: &mut Notice) -> Vec<&mut Details> {
    match notice {
        Notice::Promoted { sitting, .. }
        | Notice::CannotFit { sitting, .. }
        | Notice::CalledOff { sitting, .. }
        | Notice::CancelledByStaff { sitting, .. }
        | Notice::Booked { sitting, .. }
        | Notice::BookedByStaff { sitting, .. }
        | Notice::FromStaff { sitting, .. }
        | Notice::RisksChanged { sitting, .. }
        | Notice::LeadGone { sitting, .. }
        | Notice::FriendInvites { sitting, .. }
        | Notice::FriendPlace { sitting, .. }
        | Notice::HelpAsked { sitting, .. }
        | Notice::ShiftStands { sitting, .. }
        | Notice::Hours { sitting, .. }
        | Notice::Trained { sitting, .. }
        | Notice::TrainingTakenBack { sitting, .. } => vec![sitting],
        Notice::Moved { before, after, .. } => vec![before, after],
        Notice::Postponed { moves, .. } => moves
            .iter_mut()
            .flat_map(|of| [&mut of.before, &mut of.after])
            .collect(),
        Notice::DayOff { items, .. } => items.iter_mut().map(|of| &mut of.sitting).collect(),
        Notice::Swapped { left, got, .. } => std::iter::once(left).chain(got).collect(),
        Notice::VolunteerAccepted { .. }
        | Notice::PartnerAsks { .. }
        | Notice::PartnerAgreed { .. }
        | Notice::VolunteerFormal { .. }
        | Notice::CertificateGiven { .. }
        | Notice::CertificateDeclined { .. }
        | Notice::Milestone { .. }
        | Notice::Thanked { .. }
        | Notice::DeletionAsked { .. }
        | Notice::SignInCode { .. } => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{notice::Shifted, time::Timestamp};

    fn sitting(n: u128) -> Details {
        Details {
            event: Event::Occurrence(uuid::Uuid::from_u128(n).into()),
            title: format!("谈心 {n}"),
            center: "渔民村".into(),
            room: "谈心室".into(),
            starts_at: Timestamp(0),
            ends_at: Timestamp(1),
        }
    }

    #[test]
    fn only_casework_is_not_named() {
        assert_eq!(said(Kind::Casework, "谈心"), None);
        assert_eq!(said(Kind::Group, "合唱"), Some("合唱"));
        assert_eq!(said(Kind::CommunityActivity, "义诊"), Some("义诊"));
    }

    #[test]
    fn each_occurrence_is_hushed_by_its_own_kind() {
        let shifted = |n| Shifted {
            person: "陈小雨".into(),
            before: sitting(n),
            after: sitting(n),
        };
        let mut notice = Notice::Postponed {
            title: "谈心".into(),
            moves: vec![shifted(1), shifted(2)],
        };
        let ids = named(&notice);
        assert_eq!(ids.len(), 2);
        let told = notice.clone();
        hush(&mut notice, |_| Some(Kind::Group));
        assert_eq!(notice, told);
        hush(&mut notice, |id| {
            Some(if *id == ids[0] {
                Kind::Casework
            } else {
                Kind::Group
            })
        });
        let Notice::Postponed { title, moves } = notice else {
            panic!("another kind")
        };
        assert_eq!(title, "");
        assert_eq!(
            (
                moves[0].before.title.as_str(),
                moves[0].after.title.as_str()
            ),
            ("", "")
        );
        assert_eq!(moves[0].after.room, "");
        assert_eq!(
            (moves[1].after.title.as_str(), moves[1].after.room.as_str()),
            ("谈心 2", "谈心室")
        );
    }
}
