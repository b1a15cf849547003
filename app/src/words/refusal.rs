//! Why something is not allowed, and what to do now: for every refusal a title, a sentence and a
//! next step in every language (C-116).

use super::{date, names};
use crate::i18n::{Locale, td_string};
use domain::{
    Reason, Refusal,
    time::{Span, Timestamp},
    volunteer::Standing,
};

/// A refusal in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// What it is, in a few words, without a full stop.
    pub title: String,
    /// Why.
    pub sentence: String,
    /// What one can do, or from when it is possible.
    pub next: String,
}

/// Explains a refusal. `now` lets times be said as `今天 13:00`.
pub fn refusal(locale: Locale, refusal: &Refusal, now: Timestamp) -> Explained {
    use Refusal as R;
    let said = |title: &str, sentence: String, next: String| Explained {
        title: title.to_owned(),
        sentence,
        next,
    };
    let at = |time: &Timestamp| date::moment(locale, *time, now);
    let lasting = |start: &Timestamp, end: &Timestamp| {
        Span::new(*start, *end)
            .map_or_else(|_| at(start), |span| date::span_near(locale, span, now))
    };
    // The texts of a refusal that has no values to put in.
    macro_rules! plain {
        ($key:ident) => {
            said(
                td_string!(locale, refusal.$key.title),
                td_string!(locale, refusal.$key.sentence).to_owned(),
                td_string!(locale, refusal.$key.next).to_owned(),
            )
        };
    }
    match refusal {
        R::Full => plain!(full),
        R::AlreadyBooked { booking_id: _ } => plain!(already_booked),
        R::OccurrenceCancelled => plain!(occurrence_cancelled),
        R::NoBookingNeeded => plain!(no_booking_needed),
        R::ConsentRequired => plain!(consent_required),
        R::AlreadyAssigned { assignment_id: _ } => plain!(already_assigned),
        R::ShiftCancelled => plain!(shift_cancelled),
        R::NotAtWork => plain!(not_at_work),
        R::InvitationOnly => plain!(invitation_only),
        R::LeadAnswers => plain!(lead_answers),
        R::SwapGone => plain!(swap_gone),
        R::NotFreelyJoined => plain!(not_freely_joined),
        R::OwnNumber => plain!(own_number),
        R::AlreadyInviting { until } => said(
            td_string!(locale, refusal.already_inviting.title),
            td_string!(locale, refusal.already_inviting.sentence, until = at(until)),
            td_string!(locale, refusal.already_inviting.next).to_owned(),
        ),
        R::TooManyInvitations { most } => said(
            td_string!(locale, refusal.too_many_invitations.title),
            td_string!(locale, refusal.too_many_invitations.sentence, count = *most),
            td_string!(locale, refusal.too_many_invitations.next).to_owned(),
        ),
        R::LineFirst { waiting } => said(
            td_string!(locale, refusal.line_first.title),
            td_string!(locale, refusal.line_first.sentence, count = *waiting),
            td_string!(locale, refusal.line_first.next).to_owned(),
        ),
        R::TooManyPartners { most } => said(
            td_string!(locale, refusal.too_many_partners.title),
            td_string!(locale, refusal.too_many_partners.sentence, count = *most),
            td_string!(locale, refusal.too_many_partners.next).to_owned(),
        ),
        R::NotAttended => plain!(not_attended),
        R::NobodyToThank => plain!(nobody_to_thank),
        R::ThanksOver { until } => said(
            td_string!(locale, refusal.thanks_over.title),
            td_string!(locale, refusal.thanks_over.sentence, until = at(until)),
            td_string!(locale, refusal.thanks_over.next).to_owned(),
        ),
        R::LastAdministrator => plain!(last_administrator),
        R::ContractOverlaps { agency, from, to } => said(
            td_string!(locale, refusal.contract_overlaps.title),
            td_string!(
                locale,
                refusal.contract_overlaps.sentence,
                agency,
                from = date::day_plain(locale, *from),
                to = date::day_plain(locale, *to)
            ),
            td_string!(locale, refusal.contract_overlaps.next).to_owned(),
        ),
        R::ContractOver { to } => said(
            td_string!(locale, refusal.contract_over.title),
            td_string!(
                locale,
                refusal.contract_over.sentence,
                day = date::day_plain(locale, *to)
            ),
            td_string!(locale, refusal.contract_over.next).to_owned(),
        ),
        R::ContractBegun { from } => said(
            td_string!(locale, refusal.contract_begun.title),
            td_string!(
                locale,
                refusal.contract_begun.sentence,
                day = date::day_plain(locale, *from)
            ),
            td_string!(locale, refusal.contract_begun.next).to_owned(),
        ),
        R::ContractEnds { agency, on } => {
            let day = date::day_plain(locale, *on);
            said(
                td_string!(locale, refusal.contract_ends.title),
                td_string!(locale, refusal.contract_ends.sentence, agency, day = &day),
                td_string!(locale, refusal.contract_ends.next, day = &day),
            )
        }
        R::NoContract { agency } => said(
            td_string!(locale, refusal.no_contract.title),
            td_string!(locale, refusal.no_contract.sentence, agency),
            td_string!(locale, refusal.no_contract.next).to_owned(),
        ),
        R::OwnHours => plain!(own_hours),
        R::WasNotThere => plain!(was_not_there),
        R::NeedsAnother => plain!(needs_another),
        R::NotOver { until } => said(
            td_string!(locale, refusal.not_over.title),
            td_string!(locale, refusal.not_over.sentence).to_owned(),
            td_string!(locale, refusal.not_over.next, until = at(until)),
        ),
        R::HoursMissing { missing } => said(
            td_string!(locale, refusal.hours_missing.title),
            td_string!(
                locale,
                refusal.hours_missing.sentence,
                missing = super::duration(locale, i64::from(*missing))
            ),
            td_string!(locale, refusal.hours_missing.next).to_owned(),
        ),
        R::RisksUnread { version: _ } => plain!(risks_unread),
        R::NotAVolunteer { standing } => match standing {
            None => plain!(not_a_volunteer),
            Some(Standing::Left) => plain!(no_longer_a_volunteer),
            Some(_) => plain!(not_yet_a_volunteer),
        },
        R::MissingTraining { trainings } => said(
            td_string!(locale, refusal.missing_training.title),
            td_string!(
                locale,
                refusal.missing_training.sentence,
                list = names::list(locale, trainings)
            ),
            td_string!(locale, refusal.missing_training.next).to_owned(),
        ),
        R::MissingSkill { skills } => said(
            td_string!(locale, refusal.missing_skill.title),
            td_string!(
                locale,
                refusal.missing_skill.sentence,
                list = names::list(locale, skills)
            ),
            td_string!(locale, refusal.missing_skill.next).to_owned(),
        ),
        R::GuardianRequired { below } => said(
            td_string!(locale, refusal.guardian_required.title),
            td_string!(locale, refusal.guardian_required.sentence, age = *below),
            td_string!(locale, refusal.guardian_required.next).to_owned(),
        ),
        R::AlreadyCheckedIn => plain!(already_checked_in),
        R::Stale => plain!(stale),
        R::NotFound => plain!(not_found),
        R::Forbidden => plain!(forbidden),
        R::Unauthenticated => plain!(unauthenticated),
        R::IdempotencyMismatch => plain!(idempotency_mismatch),
        R::WrongCode => plain!(wrong_code),
        R::WrongCredentials => plain!(wrong_credentials),
        R::Namesake => plain!(namesake),
        R::NotTheHolder => plain!(not_the_holder),
        R::PartyTooLarge { most } => said(
            td_string!(locale, refusal.party_too_large.title),
            td_string!(locale, refusal.party_too_large.sentence, count = *most),
            td_string!(locale, refusal.party_too_large.next).to_owned(),
        ),
        R::HeldBack { until } => said(
            td_string!(locale, refusal.held_back.title),
            td_string!(locale, refusal.held_back.sentence, until = at(until)),
            td_string!(locale, refusal.held_back.next, until = at(until)),
        ),
        R::Overlaps {
            title,
            starts_at,
            ends_at,
        } => {
            let span = lasting(starts_at, ends_at);
            said(
                td_string!(locale, refusal.overlaps.title),
                td_string!(locale, refusal.overlaps.sentence, title, span),
                td_string!(locale, refusal.overlaps.next).to_owned(),
            )
        }
        R::NotOpenYet { until } => said(
            td_string!(locale, refusal.not_open_yet.title),
            td_string!(locale, refusal.not_open_yet.sentence, until = at(until)),
            td_string!(locale, refusal.not_open_yet.next, until = at(until)),
        ),
        R::Closed { since } => said(
            td_string!(locale, refusal.closed.title),
            td_string!(locale, refusal.closed.sentence, since = at(since)),
            td_string!(locale, refusal.closed.next).to_owned(),
        ),
        R::TooYoung { min_age } => said(
            td_string!(locale, refusal.too_young.title),
            td_string!(locale, refusal.too_young.sentence, age = *min_age),
            td_string!(locale, refusal.too_young.next).to_owned(),
        ),
        R::TooOld { max_age } => said(
            td_string!(locale, refusal.too_old.title),
            td_string!(locale, refusal.too_old.sentence, age = *max_age),
            td_string!(locale, refusal.too_old.next).to_owned(),
        ),
        R::NotResident { until } => said(
            td_string!(locale, refusal.not_resident.title),
            td_string!(locale, refusal.not_resident.sentence, until = at(until)),
            td_string!(locale, refusal.not_resident.next, until = at(until)),
        ),
        R::CutoffPassed { since } => said(
            td_string!(locale, refusal.cutoff_passed.title),
            td_string!(locale, refusal.cutoff_passed.sentence, since = at(since)),
            td_string!(locale, refusal.cutoff_passed.next).to_owned(),
        ),
        R::AlreadyStarted { since } => said(
            td_string!(locale, refusal.already_started.title),
            td_string!(locale, refusal.already_started.sentence, since = at(since)),
            td_string!(locale, refusal.already_started.next).to_owned(),
        ),
        R::BelowConfirmed { confirmed } => said(
            td_string!(locale, refusal.below_confirmed.title),
            td_string!(locale, refusal.below_confirmed.sentence, count = *confirmed),
            td_string!(locale, refusal.below_confirmed.next, confirmed = *confirmed),
        ),
        R::PositionHeld { position, held } => said(
            td_string!(locale, refusal.position_held.title),
            td_string!(
                locale,
                refusal.position_held.sentence,
                position,
                count = *held
            ),
            td_string!(locale, refusal.position_held.next).to_owned(),
        ),
        R::HasBookings { live } => said(
            td_string!(locale, refusal.has_bookings.title),
            td_string!(locale, refusal.has_bookings.sentence, count = *live),
            td_string!(locale, refusal.has_bookings.next).to_owned(),
        ),
        R::RoomTaken {
            room,
            title,
            starts_at,
            ends_at,
        } => {
            let span = lasting(starts_at, ends_at);
            said(
                td_string!(locale, refusal.room_taken.title),
                td_string!(locale, refusal.room_taken.sentence, room, title, span),
                td_string!(locale, refusal.room_taken.next).to_owned(),
            )
        }
        R::RoomInUse {
            room,
            count,
            title,
            starts_at,
            ends_at,
        } => {
            let span = lasting(starts_at, ends_at);
            said(
                td_string!(locale, refusal.room_in_use.title),
                td_string!(
                    locale,
                    refusal.room_in_use.sentence,
                    room,
                    count = *count,
                    title,
                    span
                ),
                td_string!(locale, refusal.room_in_use.next).to_owned(),
            )
        }
        R::DayTaken { on, reason } => said(
            td_string!(locale, refusal.day_taken.title),
            td_string!(
                locale,
                refusal.day_taken.sentence,
                day = date::day_near(locale, *on, now),
                reason
            ),
            td_string!(locale, refusal.day_taken.next).to_owned(),
        ),
        R::TooLateToUndo { since } => said(
            td_string!(locale, refusal.too_late_to_undo.title),
            td_string!(locale, refusal.too_late_to_undo.sentence, since = at(since)),
            td_string!(locale, refusal.too_late_to_undo.next).to_owned(),
        ),
        R::DoorNotOpen { until } => said(
            td_string!(locale, refusal.door_not_open.title),
            td_string!(locale, refusal.door_not_open.sentence, until = at(until)),
            td_string!(locale, refusal.door_not_open.next, until = at(until)),
        ),
        R::KeptForLine { until: Some(until) } => said(
            td_string!(locale, refusal.kept_for_line.title),
            td_string!(locale, refusal.kept_for_line.sentence, until = at(until)),
            td_string!(locale, refusal.kept_for_line.next, until = at(until)),
        ),
        R::KeptForLine { until: None } => said(
            td_string!(locale, refusal.kept_for_line_here.title),
            td_string!(locale, refusal.kept_for_line_here.sentence).to_owned(),
            td_string!(locale, refusal.kept_for_line_here.next).to_owned(),
        ),
        R::Invalid { field, reason } => said(
            td_string!(locale, refusal.invalid.title),
            invalid_reason(locale, field, *reason),
            td_string!(locale, refusal.invalid.next).to_owned(),
        ),
        R::RateLimited { until } => said(
            td_string!(locale, refusal.rate_limited.title),
            td_string!(locale, refusal.rate_limited.sentence).to_owned(),
            td_string!(locale, refusal.rate_limited.next, until = at(until)),
        ),
    }
}

/// What a field of a form is called. Enums of the domain name themselves by their type (`Kind`).
pub fn field_label(locale: Locale, field: &str) -> &'static str {
    match field {
        "name" => td_string!(locale, field.name),
        "center_name" => td_string!(locale, field.center_name),
        "agency_name" => td_string!(locale, agency.name),
        "short_name" => td_string!(locale, agency.short_name),
        "credit_code" => td_string!(locale, agency.credit_code),
        "contract_number" => td_string!(locale, agency.contract_number),
        "agency" => td_string!(locale, agency.of),
        "kiosk_name" => td_string!(locale, kiosks.name),
        "item_name" => td_string!(locale, field.item_name),
        "birth_year" => td_string!(locale, field.birth_year),
        "phone" | "account_phone" => td_string!(locale, field.phone),
        "account" => td_string!(locale, field.account),
        "channel" | "Channel" => td_string!(locale, field.channel),
        "status" | "Status" => td_string!(locale, field.status),
        "door_opens_before_min" => td_string!(locale, field.door_opens_before_min),
        "is_transparent" => td_string!(locale, field.is_transparent),
        "asks_check_out" => td_string!(locale, field.asks_check_out),
        "menu_item" => td_string!(locale, field.menu_item),
        "from" => td_string!(locale, field.from_day),
        "to" => td_string!(locale, field.to_day),
        "code" => td_string!(locale, field.code),
        "community" => td_string!(locale, field.community),
        "relation" | "Relation" => td_string!(locale, field.relation),
        "consent" => td_string!(locale, field.consent),
        "person" | "person_id" | "person_ids" => td_string!(locale, field.person_ids),
        "family" => td_string!(locale, field.family),
        "center" => td_string!(locale, field.center),
        "title" => td_string!(locale, field.title),
        "volunteers_min" => td_string!(locale, field.volunteers_min),
        "volunteers_max" => td_string!(locale, field.volunteers_max),
        "leads_min" => td_string!(locale, field.leads_min),
        "weeks" => td_string!(locale, staff.shift.weeks),
        "duty" => td_string!(locale, staff.shift.duty),
        "joining" => td_string!(locale, shift.joining),
        "positions" | "position" => td_string!(locale, shift.position),
        "skills" => td_string!(locale, volunteer.skills),
        "trainings" => td_string!(locale, shift.trainings),
        "risks" => td_string!(locale, shift.risks),
        "summary" => td_string!(locale, field.summary),
        "kind" | "Kind" => td_string!(locale, field.kind),
        "field" => td_string!(locale, field.service_field),
        "room" => td_string!(locale, field.room),
        "telephone" => td_string!(locale, center.phone),
        "address" => td_string!(locale, center.address),
        "hours" => td_string!(locale, center_settings.hours),
        "seats" => td_string!(locale, center_settings.seats),
        "part_of" => td_string!(locale, center_settings.part_of),
        "starts_at" => td_string!(locale, field.starts_at),
        "ends_at" => td_string!(locale, field.ends_at),
        "time" => td_string!(locale, field.time),
        "occurrences" | "dates" | "starts_on" | "on" => td_string!(locale, field.occurrences),
        "rrule" | "freq" | "every" | "nth" | "day" => td_string!(locale, field.repeat),
        "weekdays" | "byday" => td_string!(locale, field.weekdays),
        "count" => td_string!(locale, field.times),
        "until" => td_string!(locale, field.last_day),
        "excluded" => td_string!(locale, staff.form.excluded),
        "steps" => td_string!(locale, postpone.steps),
        "notice" => td_string!(locale, holidays.paste),
        "rows" => td_string!(locale, plan_import.rows),
        "file" => td_string!(locale, plan_import.file),
        "of_year" => td_string!(locale, plan_import.year),
        "capacity" => td_string!(locale, field.capacity),
        "unit" | "Unit" => td_string!(locale, field.unit),
        "waitlist" | "waitlist_capacity" => td_string!(locale, field.waitlist_capacity),
        "held" | "held_back" => td_string!(locale, field.held_back),
        "held_until" => td_string!(locale, field.held_until),
        "opens" | "booking_opens_at" => td_string!(locale, field.booking_opens_at),
        "closes" | "booking_closes_at" => td_string!(locale, field.booking_closes_at),
        "cutoff" | "cancel_until" => td_string!(locale, field.cancel_until),
        "min_age" => td_string!(locale, field.min_age),
        "max_age" => td_string!(locale, field.max_age),
        "guardian_below" => td_string!(locale, field.guardian_below),
        "residents_first_until" => td_string!(locale, field.residents_first_until),
        "minutes" => td_string!(locale, ledger.minutes),
        "reason" => td_string!(locale, field.reason),
        "for_whom" => td_string!(locale, field.for_whom),
        "bring" => td_string!(locale, field.bring),
        "grants_training" => td_string!(locale, field.grants_training),
        "training_months" => td_string!(locale, field.training_months),
        "closed_note" => td_string!(locale, center_settings.closed_note),
        "colleague" => td_string!(locale, hand_over.to),
        "first" => td_string!(locale, hand_over.first),
        "last" => td_string!(locale, hand_over.last),
        "slot_minutes" => td_string!(locale, field.slot_minutes),
        "slot_pause" => td_string!(locale, field.slot_pause),
        "when" => td_string!(locale, field.when),
        "place" => td_string!(locale, field.place),
        "how_to_get" => td_string!(locale, field.how_to_get),
        "username" => td_string!(locale, field.username),
        "password" => td_string!(locale, field.password),
        "totp" => td_string!(locale, field.totp),
        "role" | "Role" => td_string!(locale, field.role),
        "scope" => td_string!(locale, field.scope),
        "grants" => td_string!(locale, field.grants),
        "locale" => td_string!(locale, field.locale),
        "form" => td_string!(locale, field.form),
        _ => td_string!(locale, field.any),
    }
}

/// What is wrong with a field, as the sentence that stands beside it: one that is made for the
/// field, where there is one, else one that names it.
pub fn invalid_reason(locale: Locale, field: &str, reason: Reason) -> String {
    if let Some(said) = reason_of_field(locale, field, reason) {
        return said.to_owned();
    }
    // A field without a word of its own is one that only programs send: they know it by its name.
    let label = match field_label(locale, field) {
        any if any == td_string!(locale, field.any) => field,
        label => label,
    };
    // A sentence that stands for itself, and one that names the field.
    macro_rules! fixed {
        ($key:ident) => {
            td_string!(locale, invalid.$key).to_owned()
        };
    }
    macro_rules! named {
        ($key:ident) => {
            td_string!(locale, invalid.$key, field = label)
        };
    }
    use Reason as R;
    match reason {
        R::AboveCapacity => fixed!(above_capacity),
        R::AfterClose => fixed!(after_close),
        R::AfterEnd => fixed!(after_end),
        R::AfterStart => named!(after_start),
        R::BeforeFrom => fixed!(before_from),
        R::BelowMinAge => fixed!(below_min_age),
        R::ControlCharacter => named!(control_character),
        R::EndsBeforeFirst | R::FinerThanADay | R::NoEnd | R::NotARule | R::NothingLeft => {
            fixed!(rule)
        }
        R::InThePast => named!(in_the_past),
        R::Missing | R::NobodyChosen => named!(missing),
        R::MissingOrTooLong => named!(missing_or_too_long),
        R::NotACode => fixed!(missing_code),
        R::NotAName => fixed!(not_a_name),
        R::NotANumber => named!(not_a_number),
        R::NotAPhone => fixed!(not_a_phone),
        R::NotATime => named!(not_a_time),
        R::NotATimeOfDay => named!(not_a_time_of_day),
        R::NotAUsername => fixed!(not_a_username),
        R::NotAdmitted => fixed!(not_admitted),
        R::NotAfterStart => fixed!(not_after_start),
        R::NotFamily => fixed!(not_family),
        R::NotGrantable => fixed!(not_grantable),
        R::OnePerHousehold => fixed!(one_per_household),
        R::OutOfRange => named!(out_of_range),
        R::OverlapEachOther => fixed!(overlap_each_other),
        R::RepeatedOrTooMany => fixed!(repeated_or_too_many),
        R::Taken => fixed!(taken),
        R::NotHours => fixed!(not_hours),
        R::Retired => fixed!(room_retired),
        R::Locked => fixed!(locked),
        R::InsideItself => fixed!(inside_itself),
        R::HoldsOthers => fixed!(holds_others),
        R::TooLarge => fixed!(too_large),
        R::TooLong => named!(too_long),
        R::TooFew => named!(too_few),
        R::NotADay => named!(not_a_day),
        R::TooFarAhead => fixed!(too_far_ahead),
        R::TooMany => named!(too_many),
        R::TooShort => named!(too_short),
        R::UnknownField => named!(unknown_field),
        R::UnknownValue => named!(unknown_value),
        R::NotACursor | R::NotAPlace | R::NotVisibleAscii | R::Unreadable => named!(unreadable),
        R::Alone | R::NotWithPersonIds | R::NotWithToken | R::OnlyCancelledAlone => {
            named!(not_together)
        }
        // These are met on the command line, which prints the reason itself.
        R::AllUsed | R::InUse | R::NotEmpty | R::OnlyForResidents | R::StillSigns => named!(other),
    }
}

/// What some fields say in words of their own.
fn reason_of_field(locale: Locale, field: &str, reason: Reason) -> Option<&'static str> {
    use Reason as R;
    Some(match (field, reason) {
        ("name", R::Missing) => td_string!(locale, invalid.missing_name),
        ("colleague", R::RepeatedOrTooMany) => td_string!(locale, hand_over.same),
        ("center_name", R::Taken) => td_string!(locale, invalid.center_there),
        ("agency_name", R::Taken) => td_string!(locale, invalid.agency_there),
        ("credit_code", R::NotACode) => td_string!(locale, invalid.credit_code),
        ("person" | "person_id" | "person_ids", R::Missing | R::NobodyChosen) => {
            td_string!(locale, invalid.missing_person)
        }
        ("consent", R::Missing) => td_string!(locale, invalid.missing_consent),
        ("weekdays" | "byday", R::Missing) => td_string!(locale, invalid.missing_weekdays),
        ("code", R::Missing | R::NotANumber) => td_string!(locale, invalid.missing_code),
        ("birth_year", _) => td_string!(locale, invalid.birth_year),
        ("phone" | "account_phone", _) => td_string!(locale, invalid.not_a_phone),
        ("family", R::TooMany) => td_string!(locale, invalid.too_many_family),
        ("ends_at", R::TooLong) => td_string!(locale, invalid.lasts_too_long),
        ("password", R::TooShort) => td_string!(locale, invalid.password_too_short),
        ("rrule" | "occurrences", R::TooMany) => td_string!(locale, invalid.too_many_dates),
        ("positions", R::OutOfRange) => td_string!(locale, invalid.positions_range),
        ("positions", R::RepeatedOrTooMany) => td_string!(locale, invalid.positions_repeated),
        ("skills" | "trainings", R::RepeatedOrTooMany) => td_string!(locale, invalid.ten_at_most),
        ("telephone", R::NotAPhone) => td_string!(locale, invalid.telephone),
        ("room", R::Taken) => td_string!(locale, invalid.room_name_taken),
        ("to", R::TooMany) => td_string!(locale, invalid.days_at_most),
        ("mo" | "tu" | "we" | "th" | "fr" | "sa" | "su" | "hours", R::TooMany) => {
            td_string!(locale, invalid.three_stretches)
        }
        ("mo", R::Missing) => td_string!(locale, invalid.missing_week),
        ("rows", R::TooMany) => td_string!(locale, plan_import.too_many),
        ("rows" | "file", R::TooLarge) => td_string!(locale, plan_import.too_large),
        ("file", R::Unreadable) => td_string!(locale, plan_import.no_file),
        ("item", R::InUse) => td_string!(locale, invalid.in_use),
        ("rrule", _) => td_string!(locale, invalid.rule),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::testing::{locales, speaks};
    use Locale::{en, zh_CN as zh};

    fn now() -> Timestamp {
        Timestamp::parse("2026-11-25T12:00").unwrap()
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    /// One of each. `also_listed` fails to compile when a variant is added and not listed here.
    fn every_refusal() -> Vec<Refusal> {
        use Refusal as R;
        let time = at("2026-11-26T10:00");
        let booking_id = uuid_of(7);
        fn also_listed(refusal: &Refusal) -> usize {
            match refusal {
                R::Full => 0,
                R::HeldBack { .. } => 1,
                R::AlreadyBooked { .. } => 2,
                R::Overlaps { .. } => 3,
                R::NotOpenYet { .. } => 4,
                R::Closed { .. } => 5,
                R::OccurrenceCancelled => 6,
                R::NoBookingNeeded => 7,
                R::TooYoung { .. } => 8,
                R::TooOld { .. } => 9,
                R::NotResident { .. } => 10,
                R::ConsentRequired => 11,
                R::CutoffPassed { .. } => 12,
                R::AlreadyStarted { .. } => 13,
                R::AlreadyCheckedIn => 14,
                R::BelowConfirmed { .. } => 15,
                R::HasBookings { .. } => 16,
                R::Stale => 17,
                R::NotFound => 18,
                R::Forbidden => 19,
                R::Unauthenticated => 20,
                R::Invalid { .. } => 21,
                R::RateLimited { .. } => 22,
                R::IdempotencyMismatch => 23,
                R::WrongCode => 24,
                R::WrongCredentials => 25,
                R::TooLateToUndo { .. } => 26,
                R::DoorNotOpen { .. } => 27,
                R::KeptForLine { until: Some(_) } => 28,
                R::KeptForLine { until: None } => 29,
                R::RoomTaken { .. } => 30,
                R::PartyTooLarge { .. } => 31,
                R::Namesake => 32,
                R::NotTheHolder => 33,
                R::AlreadyAssigned { .. } => 34,
                R::ShiftCancelled => 35,
                R::InvitationOnly => 36,
                R::RisksUnread { .. } => 37,
                R::NotAVolunteer { standing: None } => 38,
                R::NotAVolunteer {
                    standing: Some(Standing::Left),
                } => 39,
                R::NotAVolunteer { standing: Some(_) } => 40,
                R::MissingTraining { .. } => 41,
                R::MissingSkill { .. } => 42,
                R::GuardianRequired { .. } => 43,
                R::OwnHours => 44,
                R::WasNotThere => 45,
                R::NeedsAnother => 46,
                R::NotOver { .. } => 47,
                R::HoursMissing { .. } => 48,
                R::PositionHeld { .. } => 49,
                R::LeadAnswers => 50,
                R::SwapGone => 51,
                R::NotFreelyJoined => 52,
                R::OwnNumber => 53,
                R::AlreadyInviting { .. } => 54,
                R::TooManyInvitations { .. } => 55,
                R::LineFirst { .. } => 56,
                R::TooManyPartners { .. } => 57,
                R::NotAttended => 58,
                R::NobodyToThank => 59,
                R::ThanksOver { .. } => 60,
                R::NotAtWork => 61,
                R::LastAdministrator => 62,
                R::RoomInUse { .. } => 63,
                R::DayTaken { .. } => 64,
                R::ContractOverlaps { .. } => 65,
                R::ContractOver { .. } => 66,
                R::ContractBegun { .. } => 67,
                R::ContractEnds { .. } => 68,
                R::NoContract { .. } => 69,
            }
        }
        let all = vec![
            R::Full,
            R::HeldBack { until: time },
            R::AlreadyBooked { booking_id },
            R::Overlaps {
                title: "长者茶话会".into(),
                starts_at: time,
                ends_at: at("2026-11-26T11:30"),
            },
            R::NotOpenYet { until: time },
            R::Closed { since: time },
            R::OccurrenceCancelled,
            R::NoBookingNeeded,
            R::TooYoung { min_age: 60 },
            R::TooOld { max_age: 10 },
            R::NotResident { until: time },
            R::ConsentRequired,
            R::CutoffPassed { since: time },
            R::AlreadyStarted { since: time },
            R::AlreadyCheckedIn,
            R::BelowConfirmed { confirmed: 12 },
            R::HasBookings { live: 3 },
            R::Stale,
            R::NotFound,
            R::Forbidden,
            R::Unauthenticated,
            R::invalid("capacity", Reason::OutOfRange),
            R::RateLimited { until: time },
            R::IdempotencyMismatch,
            R::WrongCode,
            R::WrongCredentials,
            R::TooLateToUndo { since: time },
            R::DoorNotOpen { until: time },
            R::KeptForLine { until: Some(time) },
            R::KeptForLine { until: None },
            R::RoomTaken {
                room: "多功能室".into(),
                title: "长者茶话会".into(),
                starts_at: time,
                ends_at: at("2026-11-26T11:30"),
            },
            R::PartyTooLarge { most: 2 },
            R::Namesake,
            R::NotTheHolder,
            R::AlreadyAssigned {
                assignment_id: domain::id::AssignmentId::from(uuid_of(8).uuid()),
            },
            R::ShiftCancelled,
            R::InvitationOnly,
            R::RisksUnread { version: 1 },
            R::NotAVolunteer { standing: None },
            R::NotAVolunteer {
                standing: Some(Standing::Left),
            },
            R::NotAVolunteer {
                standing: Some(Standing::Applied),
            },
            R::MissingTraining {
                trainings: vec!["急救".into(), "消防".into()],
            },
            R::MissingSkill {
                skills: vec!["粤语".into()],
            },
            R::GuardianRequired { below: 14 },
            R::OwnHours,
            R::WasNotThere,
            R::NeedsAnother,
            R::NotOver { until: time },
            R::HoursMissing { missing: 90 },
            R::PositionHeld {
                position: "登记台".into(),
                held: 2,
            },
            R::LeadAnswers,
            R::SwapGone,
            R::NotFreelyJoined,
            R::OwnNumber,
            R::AlreadyInviting { until: time },
            R::TooManyInvitations { most: 3 },
            R::LineFirst { waiting: 2 },
            R::TooManyPartners { most: 3 },
            R::NotAttended,
            R::NobodyToThank,
            R::ThanksOver { until: time },
            R::NotAtWork,
            R::LastAdministrator,
            R::RoomInUse {
                room: "多功能室".into(),
                count: 2,
                title: "长者茶话会".into(),
                starts_at: time,
                ends_at: at("2026-11-26T11:30"),
            },
            R::DayTaken {
                on: at("2026-12-24T00:00").day(),
                reason: "盘点".into(),
            },
            R::ContractOverlaps {
                agency: "甲社工".into(),
                from: time.day(),
                to: at("2026-12-31T00:00").day(),
            },
            R::ContractOver { to: time.day() },
            R::ContractBegun { from: time.day() },
            R::ContractEnds {
                agency: "甲社工".into(),
                on: at("2026-12-31T00:00").day(),
            },
            R::NoContract {
                agency: "甲社工".into(),
            },
        ];
        for (nth, refusal) in all.iter().enumerate() {
            assert_eq!(also_listed(refusal), nth);
        }
        all
    }

    fn uuid_of(n: u128) -> domain::id::BookingId {
        format!("{n:032x}").parse().unwrap()
    }

    #[test]
    fn c116_every_refusal_has_title_sentence_and_next_step_in_every_language() {
        for locale in locales() {
            let mut titles = std::collections::BTreeSet::new();
            for refusal in every_refusal() {
                let told = super::refusal(locale, &refusal, now());
                let code = refusal.code();
                speaks(locale, code, &told.title);
                speaks(locale, code, &told.sentence);
                speaks(locale, code, &told.next);
                assert_ne!(told.sentence, told.next, "{code}");
                assert!(titles.insert(told.title), "{code} has another's title");
            }
        }
    }

    #[test]
    fn what_time_changes_is_said_with_its_time() {
        for locale in locales() {
            for refusal in every_refusal() {
                if let Some(until) = refusal.until() {
                    let told = super::refusal(locale, &refusal, now());
                    let time = date::moment(locale, until, now());
                    assert!(
                        told.next.contains(&time),
                        "{}: {}",
                        refusal.code(),
                        told.next
                    );
                }
            }
        }
    }

    #[test]
    fn a_clash_names_what_it_clashes_with() {
        let clash = every_refusal().remove(3);
        let told = super::refusal(zh, &clash, now());
        assert_eq!(
            told.sentence,
            "这段时间已经报了“长者茶话会”（明天 10:00–11:30）。"
        );
        let told = super::refusal(en, &Refusal::HasBookings { live: 1 }, now());
        assert_eq!(
            told.sentence,
            "There is 1 booking, so this cannot be deleted."
        );
    }

    #[test]
    fn every_reason_of_the_domain_has_a_sentence_that_names_the_field_or_the_remedy() {
        let pairs = [
            ("name", Reason::Missing),
            ("center_name", Reason::Missing),
            ("center_name", Reason::Taken),
            ("item_name", Reason::Missing),
            ("name", Reason::NotAName),
            ("birth_year", Reason::OutOfRange),
            ("phone", Reason::NotAPhone),
            ("capacity", Reason::OutOfRange),
            ("held_back", Reason::AboveCapacity),
            ("booking_closes_at", Reason::AfterEnd),
            ("booking_opens_at", Reason::AfterClose),
            ("cancel_until", Reason::AfterStart),
            ("max_age", Reason::BelowMinAge),
            ("ends_at", Reason::NotAfterStart),
            ("ends_at", Reason::TooLong),
            ("time", Reason::NotATime),
            ("occurrences", Reason::OverlapEachOther),
            ("person_ids", Reason::OnePerHousehold),
            ("person_ids", Reason::RepeatedOrTooMany),
            ("person_ids", Reason::Missing),
            ("relation", Reason::NotFamily),
            ("community", Reason::UnknownValue),
            ("weekdays", Reason::Missing),
            ("count", Reason::OutOfRange),
            ("family", Reason::TooMany),
            ("form", Reason::TooLarge),
            ("Kind", Reason::UnknownValue),
            ("username", Reason::NotAUsername),
            ("username", Reason::Taken),
            ("grants", Reason::Missing),
            ("role", Reason::NotGrantable),
            ("how_to_get", Reason::TooLong),
            ("bring", Reason::ControlCharacter),
            ("min_age", Reason::NotANumber),
        ];
        for locale in locales() {
            for reason in Reason::ALL {
                speaks(
                    locale,
                    reason.as_str(),
                    &invalid_reason(locale, "nobody", *reason),
                );
            }
            let unnamed = invalid_reason(locale, "nobody", Reason::InUse);
            assert!(unnamed.contains("nobody"), "{unnamed}");
            for (field, reason) in pairs {
                let sentence = invalid_reason(locale, field, reason);
                speaks(locale, field, &sentence);
                let any = field_label(locale, "nobody");
                assert!(!sentence.contains(any), "{field} has no label: {sentence}");
                let other = td_string!(locale, invalid.other, field = field_label(locale, field));
                assert_ne!(sentence, other, "{field} {reason} has no sentence");
            }
        }
        assert_eq!(invalid_reason(zh, "name", Reason::Missing), "请写姓名。");
    }
}
