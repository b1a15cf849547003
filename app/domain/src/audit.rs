//! The audit log's verbs: what is on record (rule 6). Each has words on the staff's page, which the
//! compiler demands (`app/src/words/audit.rs`).

crate::text_enum! {
    /// What an entry of the audit log says was done. Its text is stored, so it never changes; a verb
    /// that is not used any more stays as long as there are entries of it.
    pub enum Verb {
        /// An account was made: by its first sign-in, or for somebody at the desk.
        AccountCreate = "account.create",
        /// The desk looked for an account by a telephone number or a person.
        AccountLookUp = "account.look_up",
        /// The desk gave an account the telephone number that it had not had.
        AccountPhone = "account.phone",
        /// A holder gave or changed name, birth year, community or center.
        AccountProfile = "account.profile",
        /// The desk made somebody known.
        AccountRegister = "account.register",
        /// A holder changed their language or center.
        AccountSettings = "account.settings",
        /// A number was left by its former owner, who is somebody else than who signed in with it.
        AccountRelease = "account.release",
        /// Whoever signed in after a long silence said who they are.
        AccountProve = "account.prove",
        /// A holder, or the desk for them, asked for the account to be deleted.
        AccountDeletionAsk = "account.deletion_ask",
        /// An account that was to be deleted stays.
        AccountDeletionTakeBack = "account.deletion_take_back",
        /// An account was deleted.
        AccountDelete = "account.delete",
        /// A holder took a copy of everything that is stored of them.
        AccountCopy = "account.copy",
        /// A resident signed in.
        AccountSignIn = "account.sign_in",
        /// An activity got more dates.
        ActivityAddDates = "activity.add_dates",
        /// An activity was called off as a whole.
        ActivityCancel = "activity.cancel",
        /// An activity was planned.
        ActivityCreate = "activity.create",
        /// An activity that nobody had booked was deleted.
        ActivityDelete = "activity.delete",
        /// An activity's texts were changed.
        ActivityEdit = "activity.edit",
        /// Dates of a series were postponed.
        ActivityPostpone = "activity.postpone",
        /// Dates of a series that were postponed went back.
        ActivityPostponeUndo = "activity.postpone_undo",
        /// An activity was published.
        ActivityPublish = "activity.publish",
        /// An activity became a draft again.
        ActivityUnpublish = "activity.unpublish",
        /// A lead accepted somebody's request for a place in a shift.
        AssignmentAccept = "assignment.accept",
        /// Somebody got a place in a shift, or in its line.
        AssignmentPlace = "assignment.place",
        /// Offered it for a swap, or took the offer back.
        AssignmentOffer = "assignment.offer",
        /// Somebody moved up from the line of a shift.
        AssignmentPromote = "assignment.promote",
        /// Staff looked at an assignment, or at who is in a shift.
        AssignmentView = "assignment.view",
        /// Staff looked at the telephone number of somebody in a shift.
        AssignmentViewPhone = "assignment.view_phone",
        /// A place in a shift was given back, or taken back.
        AssignmentWithdraw = "assignment.withdraw",
        /// A place in a shift is kept for a friend for a while.
        InvitationMake = "invitation.make",
        /// A place that was kept for a friend is kept no more.
        InvitationEnd = "invitation.end",
        /// Two volunteers agreed to be partners.
        PartnerAgree = "partner.agree",
        /// A volunteer asked somebody to be their partner.
        PartnerAsk = "partner.ask",
        /// Two volunteers are partners no more.
        PartnerEnd = "partner.end",
        /// A volunteer asked a center for a certificate.
        CertificateAsk = "certificate.ask",
        /// A center did not give a certificate that was asked for.
        CertificateDecline = "certificate.decline",
        /// A certificate of volunteer hours was given.
        CertificateIssue = "certificate.issue",
        /// Staff looked at certificates.
        CertificateView = "certificate.view",
        /// A certificate was withdrawn.
        CertificateWithdraw = "certificate.withdraw",
        /// An objection to hours was answered.
        HoursAnswer = "hours.answer",
        /// Hours were approved by a second person.
        HoursApprove = "hours.approve",
        /// Hours were corrected.
        HoursCorrect = "hours.correct",
        /// Hours were typed in.
        HoursEnter = "hours.enter",
        /// A volunteer objected to an entry of hours.
        HoursObject = "hours.object",
        /// Scans arrived after hours were validated, and the hours stay as they are.
        HoursLeave = "hours.leave",
        /// Hours were not approved.
        HoursRefuse = "hours.refuse",
        /// A lead validated hours.
        HoursValidate = "hours.validate",
        /// Staff looked at hours.
        HoursView = "hours.view",
        /// A star was granted.
        StarGrant = "star.grant",
        /// Staff asked people to help out in a shift.
        CoverAsk = "cover.ask",
        /// Somebody who was asked to help out said that they cannot.
        CoverDecline = "cover.decline",
        /// Volunteers were thanked.
        ThanksGive = "thanks.give",
        /// An empty database was filled for measurements.
        BenchFill = "bench.fill",
        /// Somebody got a place, or a place in line.
        BookingBook = "booking.book",
        /// A place, or a place in line, was given back.
        BookingCancel = "booking.cancel",
        /// The staff noted something at a booking, or took a note away.
        BookingNote = "booking.note",
        /// The paper sheet of an occurrence was opened.
        BookingPrintSheet = "booking.print_sheet",
        /// Somebody moved up from the waitlist.
        BookingPromote = "booking.promote",
        /// The door looked for a name among the day's bookings.
        BookingSearchDay = "booking.search_day",
        /// Staff looked at a booking.
        BookingView = "booking.view",
        /// Staff looked at the telephone number of a booking.
        BookingViewPhone = "booking.view_phone",
        /// Staff looked at who has booked an occurrence.
        BookingViewRoster = "booking.view_roster",
        /// A card was issued.
        CardIssue = "card.issue",
        /// Staff looked at who of a telephone number has a card.
        CardList = "card.list",
        /// A card was revoked.
        CardRevoke = "card.revoke",
        /// Staff looked at a card.
        CardView = "card.view",
        /// An import added a center.
        CenterCreate = "center.create",
        /// Staff looked at who is in a center's house, to count them.
        CenterRollCall = "center.roll_call",
        /// An import changed a center.
        CenterUpdate = "center.update",
        /// Staff looked at who is expected at a center's shifts of a day.
        CenterViewDay = "center.view_day",
        /// Staff checked somebody in, or tried to.
        CheckInAdmit = "check_in.admit",
        /// A check-in was taken back.
        CheckInUndo = "check_in.undo",
        /// Staff looked at a center's log of check-ins.
        CheckInView = "check_in.view",
        /// Somebody checked in with their own phone by the wall's code.
        ClaimUse = "claim.use",
        /// Somebody proved to a kiosk who they are.
        KioskIdentify = "kiosk.identify",
        /// Staff made a code that pairs a kiosk.
        KioskInvite = "kiosk.invite",
        /// Staff let a kiosk out of its mode.
        KioskLetOut = "kiosk.let_out",
        /// A device became a kiosk.
        KioskPair = "kiosk.pair",
        /// A center's printed poster was turned on or off.
        KioskPoster = "kiosk.poster",
        /// Staff ended a kiosk.
        KioskRevoke = "kiosk.revoke",
        /// Somebody signed out, or ended a login elsewhere.
        LoginEnd = "login.end",
        /// Shifts of a lead were handed over to a colleague.
        LeadHandOver = "lead.hand_over",
        /// A center added an item to its menu.
        MenuAdd = "menu.add",
        /// A center changed an item of its own.
        MenuEdit = "menu.edit",
        /// A center hid an item of the template.
        MenuHide = "menu.hide",
        /// A center put its own words in place of the template's.
        MenuOverride = "menu.override",
        /// A center removed an item of its own.
        MenuRemove = "menu.remove",
        /// An item was put elsewhere on a center's menu.
        MenuOrder = "menu.order",
        /// The city added an item to the template of the menu.
        MenuTemplateAdd = "menu_template.add",
        /// The city changed an item of the template of the menu.
        MenuTemplateEdit = "menu_template.edit",
        /// A center shows an item of the template again.
        MenuShow = "menu.show",
        /// A date was called off.
        OccurrenceCancel = "occurrence.cancel",
        /// A date that nobody had booked was deleted.
        OccurrenceDelete = "occurrence.delete",
        /// A date's time, room or terms were changed.
        OccurrenceEdit = "occurrence.edit",
        /// A family got a member.
        PersonAdd = "person.add",
        /// A member of a family was changed.
        PersonEdit = "person.edit",
        /// Somebody said that two entries are two people.
        PersonApart = "person.apart",
        /// Two entries of one person were merged.
        PersonMerge = "person.merge",
        /// A merge was undone.
        PersonUnmerge = "person.unmerge",
        /// A member of a family was removed.
        PersonRemove = "person.remove",
        /// Staff looked for somebody among the people of a center.
        PersonSearch = "person.search",
        /// Staff looked at somebody's page: what they have booked, attended and served at a center.
        PersonView = "person.view",
        /// Staff looked at somebody's full name.
        PersonViewName = "person.view_name",
        /// A staff account was made.
        StaffAdd = "staff.add",
        /// A staff account was closed.
        StaffClose = "staff.close",
        /// A member of staff got a role.
        StaffGrant = "staff.grant",
        /// A member of staff came to an agency, or left one.
        StaffAgency = "staff.agency",
        /// A staff account was locked after too many wrong passwords.
        StaffLock = "staff.lock",
        /// A user name may be tried again at once.
        StaffUnlock = "staff.unlock",
        /// The grade of a social worker was set.
        StaffGrade = "staff.grade",
        /// A member of staff said when they are at work.
        StaffTime = "staff.time",
        /// Staff looked at when the social workers of a center are at work.
        StaffViewTime = "staff.view_time",
        /// A member of staff got a new password.
        StaffPassword = "staff.password",
        /// A member of staff lost a role.
        StaffRevoke = "staff.revoke",
        /// A member of staff changed their second factor.
        StaffSecondFactor = "staff.second_factor",
        /// A member of staff got a first password, after theirs was lost.
        StaffReset = "staff.reset_password",
        /// The name of a member of staff was corrected.
        StaffRename = "staff.rename",
        /// A staff account was switched off.
        StaffSuspend = "staff.suspend",
        /// A staff account was switched on again.
        StaffResume = "staff.resume",
        /// A member of staff signed in.
        StaffSignIn = "staff.sign_in",
        /// A key that signs tickets was added.
        TicketKeyAdd = "ticket_key.add",
        /// A key that signs tickets was revoked.
        TicketKeyRevoke = "ticket_key.revoke",
        /// An agency that runs centers was written down.
        AgencyAdd = "agency.add",
        /// What is written down of an agency was changed.
        AgencyChange = "agency.change",
        /// An agency got a contract for a center.
        ContractAdd = "contract.add",
        /// The end of a contract was moved.
        ContractMove = "contract.move_end",
        /// A contract that had not begun was taken back.
        ContractTakeBack = "contract.take_back",
        /// An access token was made for a program.
        TokenCreate = "token.create",
        /// An access token was revoked.
        TokenRevoke = "token.revoke",
        /// The staff wrote to those who take part in a date.
        OccurrenceWrite = "occurrence.write",
        /// A center cancelled everything of a day.
        CenterDayOff = "center.day_off",
        /// A shift was cancelled.
        ShiftCancel = "shift.cancel",
        /// A draft of a shift was deleted.
        ShiftDelete = "shift.delete",
        /// A shift's time, place or needs were changed.
        ShiftEdit = "shift.edit",
        /// A shift was moved with its occurrence.
        ShiftMove = "shift.move",
        /// A draft of a shift was opened to volunteers.
        ShiftPublish = "shift.publish",
        /// A shift, or a series of them, was planned.
        ShiftCreate = "shift.create",
        /// Somebody was accepted as a volunteer.
        VolunteerAccept = "volunteer.accept",
        /// Somebody asked to be a volunteer, or changed what they said of themselves.
        VolunteerApply = "volunteer.apply",
        /// When a volunteer usually has time is noted.
        VolunteerAvailability = "volunteer.availability",
        /// A policy of a center was set.
        CenterPolicy = "center.policy",
        /// A center's telephone number or address was set.
        CenterContact = "center.contact",
        /// The opening hours of a center's week were set.
        CenterHours = "center.hours",
        /// A center was closed until further notice, or opened again.
        CenterStatus = "center.status",
        /// A center is closed on a day, or open at other hours than usual.
        CenterException = "center.exception",
        /// A center is open on a day as usual after all.
        CenterExceptionEnd = "center.exception_end",
        /// A center got a room.
        RoomAdd = "room.add",
        /// A room's name, seats or place in another were changed.
        RoomEdit = "room.edit",
        /// A room is used no more.
        RoomRetire = "room.retire",
        /// A room is used again.
        RoomBringBack = "room.bring_back",
        /// What a center's contract asks of a year was written down.
        CenterTargets = "center.targets",
        /// The public holidays of a year were imported.
        HolidaysImport = "holidays.import",
        /// The public holidays of a year were taken back.
        HolidaysRemove = "holidays.remove",
        /// A center closed a month and reported its figures.
        MonthClose = "month.close",
        /// An evaluation of a center was saved.
        EvaluationSave = "evaluation.save",
        /// An evaluation of a center was handed in.
        EvaluationHandIn = "evaluation.hand_in",
        /// A center replied to its evaluation.
        EvaluationReply = "evaluation.reply",
        /// A volunteer said where they like to serve and what they speak.
        VolunteerPreferences = "volunteer.preferences",
        /// A volunteer got the formal number.
        VolunteerFormal = "volunteer.formal",
        /// Somebody left the volunteers.
        VolunteerLeave = "volunteer.leave",
        /// Staff looked at who asks to be a volunteer.
        VolunteerView = "volunteer.view",
    }
}

impl Verb {
    /// Whether somebody only looked.
    pub const fn is_look(self) -> bool {
        matches!(
            self,
            Self::AccountLookUp
                | Self::AssignmentView
                | Self::AssignmentViewPhone
                | Self::BookingPrintSheet
                | Self::BookingSearchDay
                | Self::BookingView
                | Self::BookingViewPhone
                | Self::BookingViewRoster
                | Self::CardList
                | Self::CardView
                | Self::CenterRollCall
                | Self::CenterViewDay
                | Self::CertificateView
                | Self::CheckInView
                | Self::HoursView
                | Self::PersonSearch
                | Self::PersonView
                | Self::PersonViewName
                | Self::StaffViewTime
                | Self::VolunteerView
        )
    }
}
