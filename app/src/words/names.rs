//! What the values of the domain's enums are called.

use crate::i18n::{Locale, td_string};
use domain::{
    access::Role,
    activity::{Allocation, Channel, Enrolment, Kind, Status, Unit},
    booking::State,
    menu::ItemHow,
    person::Relation,
    preferences::Language,
    shift::{AssignmentState, Duty},
};
use std::collections::BTreeSet;

/// `急救、消防`.
pub fn list(locale: Locale, names: &[String]) -> String {
    names.join(td_string!(locale, list_separator))
}

/// `粤语`.
pub fn language(locale: Locale, language: Language) -> &'static str {
    match language {
        Language::Mandarin => td_string!(locale, volunteer.language.mandarin),
        Language::Cantonese => td_string!(locale, volunteer.language.cantonese),
        Language::Hakka => td_string!(locale, volunteer.language.hakka),
        Language::Teochew => td_string!(locale, volunteer.language.teochew),
        Language::English => td_string!(locale, volunteer.language.english),
        Language::Sign => td_string!(locale, volunteer.language.sign),
    }
}

/// `会说：粤语、手语`; nothing where nobody has said.
pub fn languages(locale: Locale, spoken: &BTreeSet<Language>) -> Option<String> {
    let names = spoken.iter().map(|one| language(locale, *one).to_owned());
    let names: Vec<String> = names.collect();
    let list = list(locale, &names);
    (!names.is_empty()).then(|| td_string!(locale, volunteer.speaks, list))
}

/// `前台接待`.
pub fn duty(locale: Locale, duty: Duty) -> &'static str {
    match duty {
        Duty::Reception => td_string!(locale, staff.shift.duty_reception),
        Duty::Door => td_string!(locale, staff.shift.duty_door),
        Duty::Outreach => td_string!(locale, staff.shift.duty_outreach),
        Duty::Visit => td_string!(locale, staff.shift.duty_visit),
    }
}

/// `已报名`.
pub fn assignment_state(locale: Locale, state: AssignmentState) -> &'static str {
    match state {
        AssignmentState::Waitlisted => td_string!(locale, shift.state.waitlisted),
        AssignmentState::Requested => td_string!(locale, shift.state.requested),
        AssignmentState::Confirmed => td_string!(locale, shift.state.confirmed),
        AssignmentState::CheckedIn => td_string!(locale, shift.state.checked_in),
        AssignmentState::CheckedOut => td_string!(locale, shift.state.checked_out),
        AssignmentState::Validated => td_string!(locale, shift.state.validated),
        AssignmentState::Withdrawn => td_string!(locale, shift.state.withdrawn),
        AssignmentState::Declined => td_string!(locale, shift.state.declined),
        AssignmentState::NoShow => td_string!(locale, shift.state.no_show),
    }
}

/// `小组`.
pub fn kind(locale: Locale, kind: Kind) -> &'static str {
    match kind {
        Kind::Casework => td_string!(locale, kind.casework),
        Kind::Group => td_string!(locale, kind.group),
        Kind::CommunityActivity => td_string!(locale, kind.community_activity),
    }
}

/// What places are counted in, as a choice in a form: `对（一大一小）`.
pub fn unit(locale: Locale, unit: Unit) -> &'static str {
    match unit {
        Unit::People => td_string!(locale, unit.people),
        Unit::Pairs => td_string!(locale, unit.pairs),
        Unit::Households => td_string!(locale, unit.households),
    }
}

/// What a card says of the unit: `按户报名`; nothing for people, which goes without saying.
pub fn unit_note(locale: Locale, unit: Unit) -> Option<&'static str> {
    match unit {
        Unit::People => None,
        Unit::Pairs => Some(td_string!(locale, unit_note.pairs)),
        Unit::Households => Some(td_string!(locale, unit_note.households)),
    }
}

/// `每场单独报名`.
pub fn enrolment(locale: Locale, enrolment: Enrolment) -> &'static str {
    match enrolment {
        Enrolment::Single => td_string!(locale, enrolment.single),
        Enrolment::Series => td_string!(locale, enrolment.series),
    }
}

/// `先到先得`.
pub fn allocation(locale: Locale, allocation: Allocation) -> &'static str {
    match allocation {
        Allocation::FirstCome => td_string!(locale, allocation.first_come),
        Allocation::DropIn => td_string!(locale, allocation.drop_in),
    }
}

/// `已发布`.
pub fn status(locale: Locale, status: Status) -> &'static str {
    match status {
        Status::Draft => td_string!(locale, status.draft),
        Status::Published => td_string!(locale, status.published),
        Status::Cancelled => td_string!(locale, status.cancelled),
    }
}

/// `前台`.
pub fn channel(locale: Locale, channel: Channel) -> &'static str {
    match channel {
        Channel::Online => td_string!(locale, channel.online),
        Channel::Kiosk => td_string!(locale, channel.kiosk),
        Channel::Desk => td_string!(locale, channel.desk),
        Channel::Telephone => td_string!(locale, channel.telephone),
    }
}

/// `已确认`.
pub fn state(locale: Locale, state: State) -> &'static str {
    match state {
        State::Waitlisted => td_string!(locale, state.waitlisted),
        State::Confirmed => td_string!(locale, state.confirmed),
        State::CheckedIn => td_string!(locale, state.checked_in),
        State::Cancelled => td_string!(locale, state.cancelled),
        State::NoShow => td_string!(locale, state.no_show),
    }
}

/// `孙辈`.
pub fn relation(locale: Locale, relation: Relation) -> &'static str {
    match relation {
        Relation::Myself => td_string!(locale, relation.myself),
        Relation::Spouse => td_string!(locale, relation.spouse),
        Relation::Child => td_string!(locale, relation.child),
        Relation::Grandchild => td_string!(locale, relation.grandchild),
        Relation::Parent => td_string!(locale, relation.parent),
        Relation::Other => td_string!(locale, relation.other),
    }
}

/// `社工`.
pub fn role(locale: Locale, role: Role) -> &'static str {
    match role {
        Role::Resident => td_string!(locale, role.resident),
        Role::Kiosk => td_string!(locale, role.kiosk),
        Role::SocialWorker => td_string!(locale, role.social_worker),
        Role::CenterManager => td_string!(locale, role.center_manager),
        Role::SubdistrictSupervisor => td_string!(locale, role.subdistrict_supervisor),
        Role::DistrictSupervisor => td_string!(locale, role.district_supervisor),
        Role::CitySupervisor => td_string!(locale, role.city_supervisor),
        Role::Evaluator => td_string!(locale, role.evaluator),
        Role::Admin => td_string!(locale, role.admin),
    }
}

/// How one gets a service: `直接来`.
pub fn item_how(locale: Locale, how: ItemHow) -> &'static str {
    match how {
        ItemHow::WalkIn => td_string!(locale, item_how.walk_in),
        ItemHow::Book => td_string!(locale, item_how.book),
        ItemHow::Request => td_string!(locale, item_how.request),
    }
}
