//! What can be wrong with a value: one word each, which programs may rely on (`api.md`). The sentences
//! are in the locale files, and the compiler demands one for each (`app/src/words/refusal.rs`).

crate::text_enum! {
    /// What is wrong with a field ([`crate::Refusal::Invalid`]).
    pub enum Reason {
        /// More than the capacity.
        AboveCapacity = "above_capacity",
        /// After booking closes.
        AfterClose = "after_close",
        /// After the end.
        AfterEnd = "after_end",
        /// After the start.
        AfterStart = "after_start",
        /// Every one there can be is in use.
        AllUsed = "all_used",
        /// Cannot be changed together with anything else.
        Alone = "alone",
        /// Before the day it should follow.
        BeforeFrom = "before_from",
        /// Below the least age.
        BelowMinAge = "below_min_age",
        /// Holds characters that cannot be seen.
        ControlCharacter = "control_character",
        /// A series that ends before its first date.
        EndsBeforeFirst = "ends_before_first",
        /// A rule that repeats within a day.
        FinerThanADay = "finer_than_a_day",
        /// Has passed already.
        InThePast = "in_the_past",
        /// A room that would lie in itself.
        InsideItself = "inside_itself",
        /// Others lie in it.
        HoldsOthers = "holds_others",
        /// Something else refers to it.
        InUse = "in_use",
        /// The city has locked it.
        Locked = "locked",
        /// Nothing was given.
        Missing = "missing",
        /// Nothing was given, or too much.
        MissingOrTooLong = "missing_or_too_long",
        /// A series without an end.
        NoEnd = "no_end",
        /// Nobody was chosen.
        NobodyChosen = "nobody_chosen",
        /// A series that leaves no date.
        NothingLeft = "nothing_left",
        /// Not the digits of a code.
        NotACode = "not_a_code",
        /// Not a place in a list.
        NotACursor = "not_a_cursor",
        /// Not a day.
        NotADay = "not_a_day",
        /// Not a name of 1 to 40 characters.
        NotAName = "not_a_name",
        /// Not a number.
        NotANumber = "not_a_number",
        /// Not a mobile number of mainland China.
        NotAPhone = "not_a_phone",
        /// Not a latitude and a longitude.
        NotAPlace = "not_a_place",
        /// Not a recurrence rule that is understood.
        NotARule = "not_a_rule",
        /// Not a date and a time.
        NotATime = "not_a_time",
        /// Not a time of day.
        NotATimeOfDay = "not_a_time_of_day",
        /// Not a user name.
        NotAUsername = "not_a_username",
        /// A check-in that admitted nobody.
        NotAdmitted = "not_admitted",
        /// Not after the start.
        NotAfterStart = "not_after_start",
        /// Should be empty, and is not.
        NotEmpty = "not_empty",
        /// Not the hours of a day.
        NotHours = "not_hours",
        /// Used no more.
        Retired = "retired",
        /// Not what a member of a family can be.
        NotFamily = "not_family",
        /// Not a role that the caller may give.
        NotGrantable = "not_grantable",
        /// Not 1 to 128 visible ASCII characters.
        NotVisibleAscii = "not_visible_ascii",
        /// Cannot be given together with `person_ids`.
        NotWithPersonIds = "not_with_person_ids",
        /// Cannot be given together with `token`.
        NotWithToken = "not_with_token",
        /// Places go by household, and this is a second one.
        OnePerHousehold = "one_per_household",
        /// Only `cancelled`, and nothing else with it.
        OnlyCancelledAlone = "only_cancelled_alone",
        /// Only a resident's token has one.
        OnlyForResidents = "only_for_residents",
        /// Too small or too large.
        OutOfRange = "out_of_range",
        /// Two dates of one series at the same time.
        OverlapEachOther = "overlap_each_other",
        /// Somebody twice, or too many.
        RepeatedOrTooMany = "repeated_or_too_many",
        /// A key that still signs.
        StillSigns = "still_signs",
        /// Somebody else has it.
        Taken = "taken",
        /// Later than anything is planned.
        TooFarAhead = "too_far_ahead",
        /// Fewer than needed.
        TooFew = "too_few",
        /// More bytes, or more entries, than are read.
        TooLarge = "too_large",
        /// Longer than allowed.
        TooLong = "too_long",
        /// More than allowed.
        TooMany = "too_many",
        /// Shorter than allowed.
        TooShort = "too_short",
        /// No field of that name.
        UnknownField = "unknown_field",
        /// No value of that name, or nothing that is known.
        UnknownValue = "unknown_value",
        /// Cannot be read at all.
        Unreadable = "unreadable",
    }
}
