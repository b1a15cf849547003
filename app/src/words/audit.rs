//! What the verbs of the audit log are called. The compiler demands words for each.

use crate::i18n::{Locale, td_string};
use domain::audit::Verb;

/// `撤销签到`.
pub fn verb(locale: Locale, verb: Verb) -> &'static str {
    use Verb as V;
    match verb {
        V::AccountCreate => td_string!(locale, staff.verb.account_create),
        V::AccountLookUp => td_string!(locale, staff.verb.account_look_up),
        V::AccountPhone => td_string!(locale, staff.verb.account_phone),
        V::AccountProve => td_string!(locale, staff.verb.account_prove),
        V::AccountRelease => td_string!(locale, staff.verb.account_release),
        V::AccountProfile | V::AccountSettings => td_string!(locale, staff.verb.account_change),
        V::AccountRegister => td_string!(locale, staff.verb.account_register),
        V::AccountSignIn | V::StaffSignIn => td_string!(locale, staff.verb.sign_in),
        V::ActivityAddDates => td_string!(locale, staff.verb.activity_dates),
        V::ActivityCancel => td_string!(locale, staff.verb.activity_cancel),
        V::ActivityCreate => td_string!(locale, staff.verb.activity_create),
        V::ActivityDelete => td_string!(locale, staff.verb.activity_delete),
        V::ActivityEdit => td_string!(locale, staff.verb.activity_edit),
        V::ActivityPublish => td_string!(locale, staff.verb.activity_publish),
        V::ActivityUnpublish => td_string!(locale, staff.verb.activity_unpublish),
        V::AssignmentAccept => td_string!(locale, staff.verb.assignment_accept),
        V::AssignmentPlace => td_string!(locale, staff.verb.assignment_place),
        V::AssignmentOffer => td_string!(locale, staff.verb.assignment_offer),
        V::AssignmentPromote => td_string!(locale, staff.verb.assignment_promote),
        V::AssignmentView => td_string!(locale, staff.verb.assignment_view),
        V::AssignmentViewPhone => td_string!(locale, staff.verb.assignment_view_phone),
        V::AssignmentWithdraw => td_string!(locale, staff.verb.assignment_withdraw),
        V::InvitationMake => td_string!(locale, staff.verb.invitation_make),
        V::InvitationEnd => td_string!(locale, staff.verb.invitation_end),
        V::PartnerAgree => td_string!(locale, staff.verb.partner_agree),
        V::PartnerAsk => td_string!(locale, staff.verb.partner_ask),
        V::PartnerEnd => td_string!(locale, staff.verb.partner_end),
        V::CenterDayOff => td_string!(locale, staff.verb.center_day_off),
        V::ShiftDelete => td_string!(locale, staff.verb.shift_delete),
        V::ShiftEdit => td_string!(locale, staff.verb.shift_edit),
        V::ShiftPublish => td_string!(locale, staff.verb.shift_publish),
        V::ShiftCancel => td_string!(locale, staff.verb.shift_cancel),
        V::ShiftMove => td_string!(locale, staff.verb.shift_move),
        V::ShiftCreate => td_string!(locale, staff.verb.shift_create),
        V::VolunteerAccept => td_string!(locale, staff.verb.volunteer_accept),
        V::VolunteerApply => td_string!(locale, staff.verb.volunteer_apply),
        V::VolunteerAvailability => td_string!(locale, staff.verb.volunteer_availability),
        V::CenterPolicy => td_string!(locale, staff.verb.center_policy),
        V::VolunteerPreferences => td_string!(locale, staff.verb.volunteer_preferences),
        V::VolunteerLeave => td_string!(locale, staff.verb.volunteer_leave),
        V::VolunteerView => td_string!(locale, staff.verb.volunteer_view),
        V::CertificateIssue => td_string!(locale, staff.verb.certificate_issue),
        V::CertificateView => td_string!(locale, staff.verb.certificate_view),
        V::CertificateWithdraw => td_string!(locale, staff.verb.certificate_withdraw),
        V::HoursAnswer => td_string!(locale, staff.verb.hours_answer),
        V::HoursApprove => td_string!(locale, staff.verb.hours_approve),
        V::HoursCorrect => td_string!(locale, staff.verb.hours_correct),
        V::HoursEnter => td_string!(locale, staff.verb.hours_enter),
        V::HoursObject => td_string!(locale, staff.verb.hours_object),
        V::HoursRefuse => td_string!(locale, staff.verb.hours_refuse),
        V::HoursValidate => td_string!(locale, staff.verb.hours_validate),
        V::HoursView => td_string!(locale, staff.verb.hours_view),
        V::StarGrant => td_string!(locale, staff.verb.star_grant),
        V::VolunteerFormal => td_string!(locale, staff.verb.volunteer_formal),
        V::CoverAsk => td_string!(locale, staff.verb.cover_ask),
        V::CoverDecline => td_string!(locale, staff.verb.cover_decline),
        V::BenchFill => td_string!(locale, staff.verb.bench_fill),
        V::BookingBook => td_string!(locale, staff.verb.book),
        V::BookingCancel => td_string!(locale, staff.verb.cancel),
        V::BookingPrintSheet => td_string!(locale, staff.verb.print_sheet),
        V::BookingPromote => td_string!(locale, staff.verb.promote),
        V::BookingSearchDay => td_string!(locale, door.verb_search),
        V::BookingView => td_string!(locale, staff.verb.view_booking),
        V::BookingViewPhone => td_string!(locale, staff.verb.view_phone),
        V::BookingViewRoster => td_string!(locale, staff.verb.view_roster),
        V::CardIssue => td_string!(locale, door.verb_card_issue),
        V::CardList => td_string!(locale, door.verb_card_list),
        V::CardRevoke => td_string!(locale, door.verb_card_revoke),
        V::CardView => td_string!(locale, door.verb_card_view),
        V::CenterCreate | V::CenterUpdate => td_string!(locale, staff.verb.center_change),
        V::CenterRollCall => td_string!(locale, staff.verb.roll_call),
        V::CenterViewDay => td_string!(locale, staff.verb.view_day),
        V::CheckInAdmit => td_string!(locale, door.verb_admit),
        V::CheckInUndo => td_string!(locale, door.verb_undo),
        V::CheckInView => td_string!(locale, door.verb_view_log),
        V::ClaimUse => td_string!(locale, kiosks.verb_claim),
        V::KioskIdentify => td_string!(locale, kiosks.verb_identify),
        V::KioskInvite => td_string!(locale, kiosks.verb_invite),
        V::KioskLetOut => td_string!(locale, kiosks.verb_let_out),
        V::KioskPair => td_string!(locale, kiosks.verb_pair),
        V::KioskPoster => td_string!(locale, kiosks.verb_poster),
        V::KioskRevoke => td_string!(locale, kiosks.verb_revoke),
        V::LoginEnd => td_string!(locale, staff.verb.sign_out),
        V::MenuAdd => td_string!(locale, staff.verb.menu_add),
        V::MenuEdit | V::MenuOverride => td_string!(locale, staff.verb.menu_edit),
        V::MenuHide => td_string!(locale, staff.verb.menu_hide),
        V::MenuRemove => td_string!(locale, staff.verb.menu_remove),
        V::MenuShow => td_string!(locale, staff.verb.menu_show),
        V::OccurrenceCancel => td_string!(locale, staff.verb.occurrence_cancel),
        V::OccurrenceDelete => td_string!(locale, staff.verb.occurrence_delete),
        V::OccurrenceEdit => td_string!(locale, staff.verb.occurrence_edit),
        V::PersonAdd => td_string!(locale, staff.verb.person_add),
        V::PersonEdit => td_string!(locale, staff.verb.person_edit),
        V::PersonRemove => td_string!(locale, staff.verb.person_remove),
        V::PersonViewName => td_string!(locale, door.verb_view_name),
        V::StaffAdd => td_string!(locale, staff.verb.staff_add),
        V::StaffClose => td_string!(locale, staff.verb.staff_close),
        V::StaffGrant => td_string!(locale, staff.verb.staff_grant),
        V::StaffLock => td_string!(locale, staff.verb.staff_lock),
        V::StaffUnlock => td_string!(locale, staff.verb.staff_unlock),
        V::StaffGrade => td_string!(locale, staff.verb.staff_grade),
        V::StaffPassword => td_string!(locale, staff.verb.staff_password),
        V::StaffRevoke => td_string!(locale, staff.verb.staff_revoke),
        V::StaffSecondFactor => td_string!(locale, staff.verb.staff_totp),
        V::TicketKeyAdd => td_string!(locale, staff.verb.ticket_key_add),
        V::TicketKeyRevoke => td_string!(locale, staff.verb.ticket_key_revoke),
        V::TokenCreate => td_string!(locale, staff.verb.token_create),
        V::TokenRevoke => td_string!(locale, staff.verb.token_revoke),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::testing::{locales, speaks};

    #[test]
    fn every_verb_of_the_log_has_words_in_every_language() {
        for locale in locales() {
            for of in Verb::ALL {
                speaks(locale, of.as_str(), verb(locale, *of));
            }
        }
    }
}
